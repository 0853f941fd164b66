// WCAG 2.2 AA: each page in both languages and themes, down to 320 px and at 200 %; what people set in their system;
// one journey by the keyboard alone, one by the accessibility tree alone; where the focus is after a dialog.

import { expect, test, type Browser } from '@playwright/test';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { makeFile } from '../support/files.ts';
import { Line } from '../support/line.ts';
import { secretText } from '../support/needles.ts';
import { admin, partner, staff, type Who } from '../support/people.ts';
import { target } from '../support/places.ts';
import { Person, SIZES, type View } from '../support/person.ts';
import { tabTo, Tree } from '../support/tree.ts';

const SUBJECT = 'Vertraulich: Änderungsbescheid';

const PAGES: [Who | null, string[]][] = [
  [null, ['/', '/forgotten', '/help', '/imprint', '/privacy', '/accessibility', '/easy-language', '/gibt/es/nicht']],
  [partner, ['/mail/inbox', '/mail/sent', '/mail/bin', '/drafts', '/compose', '/contacts', '/account/password', '/account/recovery-code', '/account/second-factor', '/account/sessions', '/account/settings']],
  [staff, ['/mail/inbox', '/compose', '/invitations', '/account/deputies']],
  [admin, ['/admin/staff', '/admin/people', '/admin/rules', '/admin/events', '/admin/outbox', '/admin/key']],
];

/** The desktop itself is among what every state is looked at in. */
const VIEWS: View[] = (['zoomed', 'narrow'] as const).flatMap((kind) =>
  (['light', 'dark'] as const).flatMap((theme) => (['de', 'en'] as const).map((language) => ({ kind, theme, language }))),
);

async function signedIn(browser: Browser, who: Who | null): Promise<Person> {
  const person = await Person.at(browser, who ?? { address: 'niemand@verein.example', password: 'unbenutzt' });
  if (who) await person.signIn();
  return person;
}

async function visit(person: Person, path: string): Promise<void> {
  await person.open(path);
  await expect(person.page.getByRole('heading', { level: 1 })).toBeVisible();
  await expect(person.page.getByText(/geladen …$/)).toHaveCount(0);
}

for (const [who, paths] of PAGES) {
  test(`axe finds nothing on the pages of ${who?.address ?? 'everybody'}`, async ({ browser }) => {
    test.slow();
    const person = await signedIn(browser, who);
    for (const path of paths) {
      await visit(person, path);
      expect(new URL(person.page.url()).pathname).toContain(path);
      for (const view of VIEWS) {
        await person.show(view);
        // Also where the list begins below the window.
        if (path === '/mail/inbox' && view.language === 'de') await expect(person.row('').first()).toBeAttached();
        // Colours do not depend on the language.
        await person.check(`${path}, ${Object.values(view).join(', ')}`, { 'color-contrast': view.language === 'de' });
      }
      await person.show({ kind: 'desktop', theme: 'light', language: 'de' });
    }
    await person.leave();
  });
}

test('axe finds nothing on the page of the components', async ({ browser }) => {
  const line = await Line.open();
  const person = await signedIn(browser, null);
  person.watch.expectError(/status of 404/);
  await person.open();
  const style = (await person.page.locator('link[rel=stylesheet]').getAttribute('href'))!;
  const source = readFileSync(join(target, '../client/web/style/components.html'), 'utf8');
  const row = '<tr><th scope="row"><code>--text</code></th><td>#1c2126</td><td>#eef1f3</td><td></td></tr>';
  line.own.set('/components', source.replace('{{style}}', style).replace('{{tokens}}', row));
  await person.page.goto(`${line.url}/components`);
  for (const kind of ['desktop', 'narrow'] as const) {
    for (const colorScheme of ['light', 'dark'] as const) {
      // All of it in sight: axe cannot tell the ground of what is not drawn.
      await person.page.setViewportSize({ ...SIZES[kind], height: 6000 });
      await person.page.emulateMedia({ colorScheme });
      await person.check(`the components, ${kind}, ${colorScheme}`);
    }
  }
  await line.cut();
  await person.leave();
});

test('whoever asks for more contrast gets 7:1', async ({ browser }) => {
  const person = await signedIn(browser, partner);
  await person.row(SUBJECT).first().click();
  await expect(person.page.getByText('Absender geprüft')).toBeVisible();
  for (const colorScheme of ['light', 'dark'] as const) {
    await person.page.emulateMedia({ colorScheme, contrast: 'more' });
    await person.check(`an open message with more contrast, ${colorScheme}`, { 'color-contrast-enhanced': true });
  }
  await person.leave();
});

test('in the system\'s own colours, what is chosen and what is new still shows', async ({ browser }) => {
  const person = await signedIn(browser, staff);
  const { page } = person;
  const here = page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Posteingang' });
  const line = () => here.evaluate((it) => getComputedStyle(it).outlineStyle);
  await expect(here).toHaveAttribute('aria-current', 'page');
  expect(await line(), 'without them a ground says it').toBe('none');
  await page.emulateMedia({ forcedColors: 'active' });
  expect(await line()).toBe('solid');
  await person.check('the inbox in forced colours');
  await person.leave();
});

test('nothing moves for those who do not want it', async ({ browser }) => {
  const person = await signedIn(browser, staff);
  const moving = () =>
    person.page.evaluate(() =>
      [...document.querySelectorAll('*')].filter((it) => {
        const { transitionDuration, animationName } = getComputedStyle(it);
        return /[1-9]/.test(transitionDuration) || animationName !== 'none';
      }).length,
    );
  await person.page.emulateMedia({ reducedMotion: 'no-preference' });
  expect(await moving(), 'the test sees motion').toBeGreaterThan(0);
  await person.page.emulateMedia({ reducedMotion: 'reduce' });
  expect(await moving()).toBe(0);
  await person.leave();
});

test('by the keyboard alone: sign in, read, answer, send, sign out', async ({ browser }) => {
  secretText('answer by keyboard', 'Nur mit der Tastatur: Wendehals.');
  const person = await Person.at(browser, partner);
  const { page } = person;
  const { keyboard } = page;
  await person.open();
  await expect(person.button('Anmelden')).toBeVisible();
  await tabTo(page, 'E-Mail-Adresse');
  await keyboard.type(partner.address);
  await tabTo(page, 'Kennwort');
  await keyboard.type(partner.password);
  await keyboard.press('Enter');
  await expect(person.heading('Posteingang')).toBeFocused({ timeout: 60_000 });
  await expect(person.row(SUBJECT).first()).toBeVisible();
  await tabTo(page, new RegExp(`^(?!Auswählen).*${SUBJECT}`));
  await keyboard.press('Enter');
  await expect(page.getByText('Absender geprüft')).toBeVisible();
  // It gets the focus a moment after it is there: whoever is quicker is called back once.
  await expect(page.getByRole('heading', { level: 1, name: SUBJECT })).toBeFocused();
  await tabTo(page, 'Antworten');
  await keyboard.press('Enter');
  await expect(person.heading('Antwort')).toBeFocused();
  await tabTo(page, 'Nachricht');
  await keyboard.type('Nur mit der Tastatur: Wendehals.');
  await tabTo(page, 'Senden');
  await keyboard.press('Enter');
  await expect(person.toast('Die Nachricht ist gesendet.')).toBeVisible({ timeout: 60_000 });
  await expect(person.heading('Gesendet')).toBeFocused();
  await tabTo(page, /^Konto: /, 'Shift+Tab');
  await keyboard.press('Enter');
  await keyboard.press('End');
  await expect(page.getByRole('menuitem', { name: 'Abmelden' })).toBeFocused();
  await keyboard.press('Enter');
  await expect(page.getByText('Sie sind abgemeldet.')).toBeVisible();
  await person.leave();
});

test('by roles and names alone, in English: sign in, read, answer, send, sign out', async ({ browser }) => {
  secretText('answer by roles', 'By roles and names: wryneck.');
  const person = await Person.at(browser, partner);
  await person.open();
  const tree = await Tree.of(person.page);
  await tree.press('button', 'English');
  await tree.type('textbox', 'E-mail address', partner.address);
  await tree.type('textbox', 'Password', partner.password);
  await tree.press('button', 'Sign in');
  await tree.find('heading', 'Inbox');
  await tree.press('link', new RegExp(SUBJECT));
  await tree.find('heading', new RegExp(SUBJECT));
  await tree.press('button', 'Reply');
  await tree.find('heading', 'Reply');
  await tree.type('textbox', 'Message', 'By roles and names: wryneck.');
  await tree.press('button', 'Send');
  await tree.find('heading', 'Sent');
  await tree.press('button', /^Account: /);
  await tree.press('menuitem', 'Sign out');
  await tree.find('button', 'Sign in');
  await person.leave();
});

test('a phone shows every folder, and what the law wants to be found from every page', async ({ browser }) => {
  const person = await signedIn(browser, staff);
  await person.show({ kind: 'phone', theme: 'light', language: 'de' });
  const folders = person.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link');
  expect(await folders.count()).toBeGreaterThan(6);
  for (const folder of await folders.all()) await expect(folder).toBeInViewport({ ratio: 1 });
  for (const name of ['Impressum', 'Datenschutz', 'Barrierefreiheit']) {
    await expect(person.page.getByRole('contentinfo').getByRole('link', { name })).toBeVisible();
  }
  await person.leave();
});

test('after a dialog the focus is where it was', async ({ browser }) => {
  const person = await signedIn(browser, staff);
  const { page } = person;
  const { keyboard } = page;
  await person.goTo('Gesendet');
  const row = person.row(SUBJECT).first();
  await row.focus();
  await keyboard.press('?');
  await expect(page.getByRole('dialog')).toBeVisible();
  await keyboard.press('Escape');
  await expect(row).toBeFocused();
  await person.goTo('Neue Nachricht');
  await person.addRecipient('wird.nicht@angelegt.example', 'noch kein Postfach');
  const make = person.button('Postfach anlegen');
  await make.focus();
  await keyboard.press('Enter');
  await expect(page.getByRole('dialog')).toBeVisible();
  await keyboard.press('Escape');
  await expect(make).toBeFocused();
  await page.getByRole('button', { name: 'wird.nicht@angelegt.example entfernen' }).click();
  await expect(person.field('An')).toBeFocused();
  await person.attach(makeFile('fokus.txt', 10).path);
  await person.awaitUploads(1);
  await person.button('fokus.txt entfernen').click();
  await expect(person.button('Anhang hinzufügen')).toBeFocused();
  await person.openMenu();
  await keyboard.press('Escape');
  await expect(person.button(/^Konto: /)).toBeFocused();
  await person.leave();
});
