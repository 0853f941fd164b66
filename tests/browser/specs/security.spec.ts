// Passwords, second factor and sessions, as a person meets them.

import { createHmac } from 'node:crypto';
import { expect, test, type Browser } from '@playwright/test';
import { secretText } from '../support/needles.ts';
import { admin, staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { stage } from '../support/stage.ts';

test.describe.configure({ mode: 'serial' });

const sina: Who = { address: 'sina.sicher@verein.example', password: 'Sina+zaehlt.2026-Schafe' };
const NEW_PASSWORD = 'Sina+hat.2027-mehr-Schafe';
const CRYPTO = { timeout: 60_000 };
const EXPECTED = /status of 40[13]/;
let key = '';
let codes: string[] = [];

/** What an app shows (RFC 6238), some steps of 30 seconds from now. */
function code(steps = 0): string {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
  const bits = [...key.replaceAll(' ', '')].map((letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const seed = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const tag = createHmac('sha1', seed).update(step).digest();
  const offset = tag[19]! & 15;
  return String((tag.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

async function enter(browser: Browser, who: Who, typed: string, password = who.password): Promise<Person> {
  const person = await Person.at(browser, who);
  person.watch.expectError(EXPECTED);
  await person.open();
  await person.typeSignIn(password);
  await person.field('Code des zweiten Faktors').fill(typed, CRYPTO);
  await person.button('Anmelden').click();
  await expect(person.heading('Posteingang')).toBeVisible(CRYPTO);
  return person;
}

async function choose(person: Person, name: string): Promise<void> {
  await person.openMenu();
  await person.page.getByRole('menuitem', { name }).click();
  await expect(person.heading(name)).toBeVisible();
}

test('a password that is easy to guess is refused in words, though it keeps the rules', async ({ browser }) => {
  const inviter = await Person.at(browser, staff);
  await inviter.signIn();
  await inviter.goTo('Neue Nachricht');
  await inviter.addRecipient(sina.address, 'noch kein Postfach');
  const initial = await inviter.makeMailbox();
  await inviter.goTo('Eingeladene');
  await expect(inviter.page.getByRole('row', { name: /sina/ })).toContainText('das Initial-Kennwort gilt bis');
  await inviter.leave();
  secretText('initial password of sina', initial);
  secretText('password of sina', sina.password);
  secretText('new password of sina', NEW_PASSWORD);

  const person = await Person.at(browser, sina);
  await person.open();
  await person.typeSignIn(initial);
  await expect(person.heading('Willkommen in Ihrem Postfach')).toBeVisible(CRYPTO);
  await person.field('Neues Passwort').fill('Passwort1!');
  await person.field('Neues Passwort wiederholen').fill('Passwort1!');
  await expect(person.page.getByText('zu leicht zu erraten')).toBeVisible();
  await person.look('weak-password');
  await person.button('Passwort speichern').click();
  await expect(person.alert()).toContainText('zu leicht zu erraten');
  await person.page.goto(stage().url + '/mail/inbox');
  await expect(person.page.getByText('Ihr Initial-Kennwort gilt noch')).toBeVisible(CRYPTO);
  await person.signOut();
  await person.typeSignIn(initial);
  await expect(person.heading('Passwort ändern'), 'asked at each sign-in').toBeVisible(CRYPTO);
  await person.look('initial-password-asked');
  await person.chooseOwnPassword();
  await person.leave();
});

test('a second factor is set up by QR code or text, and asked for at the sign-in', async ({ browser }) => {
  const person = await Person.at(browser, sina);
  person.watch.expectError(EXPECTED);
  await person.signIn();
  await choose(person, 'Zweiter Faktor');
  await person.look('second-factor-off');
  await person.button('Zweiten Faktor einrichten').click();
  await expect(person.page.getByRole('img', { name: /QR-Code/ })).toBeVisible();
  key = await person.page.locator('#second-factor-key').innerText();
  secretText('key of the second factor', key);
  secretText('key of the second factor, without spaces', key.replaceAll(' ', ''));
  await person.look('second-factor-enrol');
  await person.field('Code aus der App').fill('000000');
  await person.button('Einrichten abschließen').click();
  await expect(person.alert()).toContainText('Der Code ist falsch');
  await person.field('Code aus der App').fill(code());
  await person.button('Einrichten abschließen').click();
  const list = person.page.getByRole('list', { name: 'Ihre Backup-Codes' });
  await expect(list.getByRole('listitem')).toHaveCount(10);
  codes = await list.getByRole('listitem').allInnerTexts();
  codes.forEach((it, at) => secretText(`backup code ${at}`, it));
  const kept = person.page.getByRole('dialog', { name: 'Ihre Backup-Codes' });
  // Browsers ask a dialog about the first Escape alone.
  for (let time = 0; time < 3; time += 1) {
    await person.page.keyboard.press('Escape');
    await expect(kept, 'until they are kept').toBeVisible();
  }
  const sheet = await person.save(person.button('Codes als Datei speichern'));
  expect(sheet.bytes.toString()).toContain(codes.join('\r\n'));
  await person.look('backup-codes');
  await person.button('Ich habe die Codes gesichert').click();
  await expect(person.heading('Posteingang')).toBeVisible();
  await person.signOut();

  await person.typeSignIn();
  const field = person.field('Code des zweiten Faktors');
  await expect(field).toBeFocused(CRYPTO);
  await person.look('sign-in-code');
  await field.fill('000000');
  await person.button('Anmelden').click();
  await expect(person.alert()).toContainText('Der Code ist falsch');
  await field.fill(code(1));
  await person.button('Anmelden').click();
  await expect(person.heading('Posteingang')).toBeVisible(CRYPTO);
  await choose(person, 'Zweiter Faktor');
  await expect(person.page.getByText('Backup-Codes übrig: 10')).toBeVisible();
  await person.look('second-factor-on');
  await person.leave();
});

test('sessions are listed, and another one is ended from afar', async ({ browser }) => {
  const here = await enter(browser, sina, codes[0]!);
  const there = await enter(browser, sina, codes[1]!);
  await choose(here, 'Sitzungen');
  const row = here.page.getByRole('row').filter({ hasText: 'Diese Sitzung' });
  await expect(row).toHaveCount(1);
  await here.look('sessions');
  await here.button('Alle anderen Sitzungen beenden').click();
  await expect(here.toast('Alle anderen Sitzungen sind beendet.')).toBeVisible();
  await expect(here.page.getByRole('row')).toHaveCount(2);
  await expect(here.heading('Sitzungen'), 'the button is gone').toBeFocused();
  await expect(there.page.getByText('Ihre Sitzung ist beendet')).toBeVisible(CRYPTO);
  await there.leave();
  await here.leave();
});

test('a change of password asks for the old one and a code, and ends the other sessions', async ({ browser }) => {
  const here = await enter(browser, sina, codes[2]!);
  const there = await enter(browser, sina, codes[3]!);
  await choose(here, 'Passwort ändern');
  await here.field('Bisheriges Passwort').fill('Falsch-1!');
  await here.field('Code des zweiten Faktors').fill(codes[4]!);
  await here.field('Neues Passwort').fill(NEW_PASSWORD);
  await here.field('Neues Passwort wiederholen').fill(NEW_PASSWORD);
  await here.look('change-password');
  await here.button('Passwort speichern').click();
  await expect(here.alert()).toContainText('Das Passwort stimmt nicht; es wurde nichts verändert.', CRYPTO);
  await here.field('Bisheriges Passwort').fill(sina.password);
  await here.button('Passwort speichern').click();
  await expect(here.toast('Ihr neues Passwort gilt ab jetzt.')).toBeVisible(CRYPTO);
  await expect(there.page.getByText('Ihre Sitzung ist beendet')).toBeVisible(CRYPTO);
  await there.leave();
  await here.leave();
});

test('whoever does nothing is warned, may stay, and comes back to the same page after all', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  await person.page.clock.install();
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await person.write('Beim Telefonieren liegen geblieben', 'Dieser Text darf nicht verloren gehen.');
  await person.page.clock.fastForward('14:05');
  const warning = person.page.getByRole('alertdialog', { name: 'Sind Sie noch da?' });
  await expect(warning).toBeVisible();
  await expect(warning.getByRole('button', { name: 'Angemeldet bleiben' })).toBeFocused();
  await person.look('idle-warning');
  await warning.getByRole('button', { name: 'Angemeldet bleiben' }).click();
  await expect(warning).toBeHidden();
  await expect(person.field('Betreff')).toHaveValue('Beim Telefonieren liegen geblieben');
  await person.page.clock.fastForward('14:05');
  await expect(warning).toBeVisible();
  await person.page.keyboard.press('Escape');
  await expect(warning).toBeHidden();
  await person.page.clock.fastForward('14:05');
  await expect(warning).toBeVisible();
  await person.page.clock.fastForward('01:00');
  await expect(person.page.getByText('Ihre Sitzung ist beendet')).toBeVisible();
  await person.typeSignIn();
  await expect(person.heading('Neue Nachricht')).toBeVisible(CRYPTO);
  await expect(person.field('Betreff')).toHaveValue('Beim Telefonieren liegen geblieben');
  await person.leave();
});

test('whose password must be replaced sees nothing but the page for it', async ({ browser }) => {
  const boss = await Person.at(browser, admin);
  await boss.signIn();
  await boss.goTo('Verwaltung');
  await boss.page.getByRole('link', { name: 'Personen', exact: true }).click();
  const dialog = boss.page.getByRole('dialog', { name: 'Person bearbeiten' });
  const reset = dialog.getByRole('button', { name: 'Zweiten Faktor zurücksetzen' });
  await boss.button(`Bearbeiten: ${staff.address}`).click();
  await expect(dialog).toContainText(staff.address);
  await expect(reset, 'where there is none').toHaveCount(0);
  await boss.page.keyboard.press('Escape');
  await expect(boss.page.getByRole('row', { name: sina.address })).toContainText('mit zweitem Faktor');
  await boss.button(`Bearbeiten: ${sina.address}`).click();
  await expect(reset).toBeVisible();
  await dialog.getByRole('button', { name: 'Neues Passwort verlangen' }).click();
  await expect(boss.toast('wird ein neues Passwort verlangt')).toBeVisible();
  await boss.leave();

  const person = await Person.at(browser, sina);
  person.watch.expectError(EXPECTED);
  await person.open('/mail/sent');
  await person.typeSignIn(NEW_PASSWORD);
  await person.field('Code des zweiten Faktors').fill(codes[5]!, CRYPTO);
  await person.button('Anmelden').click();
  await expect(person.heading('Passwort ändern')).toBeVisible(CRYPTO);
  await expect(person.page.getByText('Ihr Passwort muss ersetzt werden')).toBeVisible();
  await expect(person.page.getByRole('navigation', { name: 'Hauptnavigation' })).toBeHidden();
  await person.look('password-required');
  await person.field('Neues Passwort').fill(NEW_PASSWORD);
  await person.field('Neues Passwort wiederholen').fill(NEW_PASSWORD);
  await person.button('Passwort speichern').click();
  await expect(person.alert(), 'not by itself').toContainText('Das ist das Kennwort, das ersetzt werden soll.', CRYPTO);
  await person.field('Neues Passwort').fill(sina.password);
  await person.field('Neues Passwort wiederholen').fill(sina.password);
  await person.button('Passwort speichern').click();
  await expect(person.toast('Ihr neues Passwort gilt ab jetzt.')).toBeVisible(CRYPTO);
  await expect(person.page.getByRole('navigation', { name: 'Hauptnavigation' })).toBeVisible();
  await person.leave();
});
