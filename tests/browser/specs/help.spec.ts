// What everybody may read without an account: each sentence of the portal's page, the organisation's words, and the
// same in English and in easy language.

import { expect, test } from '@playwright/test';
import { admin } from '../support/people.ts';
import { Person } from '../support/person.ts';

const PAGES = [
  ['So funktioniert es', 'So funktioniert der KBS-Webmailer', 'help'],
  ['Impressum', 'Impressum', 'imprint'],
  ['Datenschutz', 'Datenschutz', 'privacy'],
  ['Barrierefreiheit', 'Barrierefreiheit', 'accessibility'],
  ['Leichte Sprache', 'Leichte Sprache', 'easy'],
] as const;

const SENTENCES = [
  'die Nutzung ist kostenlos',
  'Ihr Benutzername ist Ihre E-Mail-Adresse.',
  'Nachrichten werden 60 Tage lang aufbewahrt und danach automatisch gelöscht.',
  'darf mit ihren Anhängen höchstens 20 MB groß sein',
  'mindestens 8 Zeichen lang sein und eine Zahl, einen Großbuchstaben und ein Sonderzeichen',
  'Nutzen Sie den KBS-Webmailer 365 Tage lang nicht, wird das Konto automatisch gelöscht.',
  'per Post zusenden oder in ZUWES hochladen',
  'unter dem roten Anmelde-Button „Kennwort vergessen?“',
  'im Menü am Pfeil neben Ihrer E-Mail-Adresse, oben rechts',
];

test('the pages for everybody are there without an account, in both languages', async ({ browser }) => {
  const person = await Person.at(browser, { address: 'niemand@verein.example', password: 'unbenutzt' });
  await person.open();
  await person.page.getByRole('link', { name: 'So funktioniert der KBS-Webmailer' }).click();
  for (const sentence of SENTENCES) await expect(person.page.locator('main')).toContainText(sentence);
  const below = person.page.getByRole('navigation', { name: 'Über dieses Portal' });
  for (const [link, heading, shot] of PAGES) {
    await below.getByRole('link', { name: link, exact: true }).click();
    await expect(person.heading(heading)).toBeVisible();
    await expect(below.getByRole('link', { name: link, exact: true })).toHaveAttribute('aria-current', 'page');
    await person.look(`public-${shot}`);
  }
  await person.button('English').click();
  await expect(person.heading('Easy language')).toBeVisible();
  await person.page.getByRole('link', { name: 'How it works' }).click();
  await expect(person.page.locator('main')).toContainText('its use is free of charge');
  await person.look('public-help-english');
  await person.page.getByRole('link', { name: 'Sign in' }).click();
  await expect(person.field('E-mail address')).toBeVisible();
  await person.leave();
});

test('the organisation says other ways and whom to tell of barriers', async ({ browser }) => {
  const boss = await Person.at(browser, admin);
  await boss.signIn();
  await boss.goTo('Verwaltung');
  await boss.page.getByRole('navigation', { name: 'Bereiche der Verwaltung' }).getByRole('link', { name: 'Grenzen und Texte' }).click();
  const ways = boss.field('Andere sichere Wege (deutsch)');
  const barriers = boss.field('Kontakt zur Barrierefreiheit (deutsch)');
  await ways.fill('Domainverschlüsselung: mailgateway@kbs.example');
  await barriers.fill('barrierefrei@kbs.example');
  await boss.button('Speichern').click();
  await expect(boss.toast('Gespeichert.')).toBeVisible();
  await boss.openMenu();
  await boss.page.getByRole('menuitem', { name: 'So funktioniert es' }).click();
  await expect(boss.page.locator('main')).toContainText('mailgateway@kbs.example');
  await boss.page.getByRole('link', { name: 'Barrierefreiheit' }).click();
  await expect(boss.page.locator('main')).toContainText('barrierefrei@kbs.example');
  await boss.leave();
});
