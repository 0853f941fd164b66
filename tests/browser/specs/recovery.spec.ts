// A lost password: the code that is made at the first sign-in, its use, and the way without it through the contact.

import { expect, test } from '@playwright/test';
import { makeFile, sha256 } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { mailsTo } from '../support/stage.ts';

test.describe.configure({ mode: 'serial' });

const rita: Who = { address: 'rita.recht@verein.example', password: 'Rita+singt.2026-laut' };
const SUBJECT = 'Vertraulich: Ihr Verwendungsnachweis';
const file = makeFile('Verwendungsnachweis.pdf', 120_000, '%PDF-1.7\n');
const CRYPTO = { timeout: 60_000 };

let staffPerson: Person;
let person: Person;
let code: string;

test.beforeAll(async ({ browser }) => {
  staffPerson = await Person.at(browser, staff);
  person = await Person.at(browser, rita);
  person.watch.expectError(/status of 40[13]/);
  secretText('password of Rita', rita.password);
});

test.afterAll(async () => {
  await staffPerson.leave();
  await person.leave();
});

test('the recovery code is shown at the first sign-in, may be put off, and is typed in once', async () => {
  await staffPerson.signIn();
  await staffPerson.goTo('Neue Nachricht');
  await staffPerson.addRecipient(rita.address, 'noch kein Postfach');
  const initial = await staffPerson.makeMailbox();
  await staffPerson.write(SUBJECT, 'Bitte prüfen Sie den Nachweis.');
  await staffPerson.attach(file.path);
  await staffPerson.awaitUploads(1);
  await staffPerson.send();

  await person.open();
  await person.typeSignIn(initial);
  await expect(person.heading('Willkommen in Ihrem Postfach')).toBeVisible(CRYPTO);
  await person.button('Später, zum nächsten Schritt').click();
  await expect(person.heading('Wiederherstellungscode')).toBeVisible();
  await person.button('Später, zum nächsten Schritt').click();
  await person.endFirstSteps();
  await person.look('first-steps-left');
  await person.page.reload();
  await person.page.getByRole('link', { name: 'Erste Schritte fortsetzen' }).click();
  await expect(person.heading('Willkommen in Ihrem Postfach')).toBeVisible();
  await person.field('Neues Passwort').fill(rita.password);
  await person.field('Neues Passwort wiederholen').fill(rita.password);
  await person.button('Passwort speichern').click();
  await expect(person.heading('Wiederherstellungscode')).toBeVisible(CRYPTO);
  await person.page.reload();
  await expect(person.heading('Wiederherstellungscode'), 'the first steps go on where they were').toBeVisible(CRYPTO);
  await person.look('first-steps-code');
  await person.button('Später, zum nächsten Schritt').click();
  await person.endFirstSteps('first-steps');
  await expect(person.page.getByText('Sie haben noch keinen Wiederherstellungscode.')).toBeVisible();
  await person.look('recovery-reminder');
  await person.page.getByRole('link', { name: 'Wiederherstellungscode anlegen' }).click();
  await expect(person.heading('Wiederherstellungscode')).toBeVisible();
  const sheet = person.page.locator('.print-area');
  await expect(sheet).toBeHidden();
  await person.page.emulateMedia({ media: 'print' });
  await expect(sheet, 'the browser\'s own printing gives the sheet').toContainText((await person.page.locator('#recovery-code').textContent())!);
  await expect(sheet).toBeVisible();
  await person.page.emulateMedia({ media: null });
  await person.button('Weiter: Code eingeben').click();
  await person.field('Wiederherstellungscode').fill('0000-0000-0000-0000-0000-0000-0000');
  await person.button('Code bestätigen').click();
  await expect(person.alert()).toContainText('Der Wiederherstellungscode stimmt nicht.');
  await expect(person.field('Wiederherstellungscode')).toHaveAccessibleErrorMessage(/Der Wiederherstellungscode stimmt nicht\./);
  await person.button('Code noch einmal anzeigen').click();
  await expect(person.page.locator('#recovery-code')).toBeFocused();
  code = await person.keepRecoveryCode('recovery-code');
  await expect(person.page.getByText('Sie haben noch keinen Wiederherstellungscode.')).toBeHidden();
});

test('with the code a new password is set, and nothing is lost', async () => {
  await person.signOut();
  await person.page.getByRole('link', { name: 'Kennwort vergessen?' }).click();
  await expect(person.heading('Kennwort vergessen')).toBeVisible();
  await person.look('forgotten');
  await person.field('E-Mail-Adresse').fill('rita@nirgendwo');
  await person.field('Wiederherstellungscode').fill(code);
  await person.button('Code prüfen').click();
  await expect(person.alert()).toContainText('keine gültige E-Mail-Adresse');
  await expect(person.field('E-Mail-Adresse'), 'the field that it is about').toBeFocused();
  await person.field('E-Mail-Adresse').fill(rita.address);
  await person.button('Code prüfen').click();
  await expect(person.field('Neues Passwort'), 'where it goes on').toBeFocused();
  rita.password = 'Rita+lacht.2027-leise';
  secretText('second password of Rita', rita.password);
  await person.field('Neues Passwort').fill(rita.password);
  await person.field('Neues Passwort wiederholen').fill(rita.password);
  await person.look('forgotten-new-password');
  await person.button('Passwort speichern').click();
  await expect(person.page.getByText('Ihr neues Passwort gilt ab jetzt. Bitte melden Sie sich damit an.')).toBeVisible(CRYPTO);
  await expect(person.field('E-Mail-Adresse')).toHaveValue(rita.address);
  await person.signIn();
  await person.read(SUBJECT);
});

async function contacts(): Promise<void> {
  await staffPerson.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Kontakte' }).click();
  await expect(staffPerson.heading('Kontakte')).toBeVisible();
}

const inContacts = () => staffPerson.page.getByRole('list', { name: 'Kontakte' }).getByRole('listitem').filter({ hasText: rita.address });

test('without the code the contact issues new keys, and makes the mail accessible again', async () => {
  await person.signOut();
  await person.page.getByRole('link', { name: 'Kennwort vergessen?' }).click();
  await person.field('E-Mail-Adresse des Postfachs').fill(rita.address);
  await person.button('Neues Initial-Kennwort anfordern').click();
  await expect(person.page.getByText('Wenn es zu dieser Adresse ein Postfach gibt')).toBeVisible();

  await contacts();
  await expect(inContacts()).toContainText(/Schlüssel seit .+ bestätigt/);
  await expect(inContacts()).not.toContainText('ausgestellt am');

  const { page } = staffPerson;
  await staffPerson.goTo('Eingeladene');
  const requests = page.getByRole('region', { name: 'Anfragen nach einem neuen Initial-Kennwort' });
  await expect(requests).toContainText(rita.address);
  await staffPerson.look('password-requests');
  await requests.getByRole('button', { name: `Neues Initial-Kennwort ausstellen für ${rita.address}` }).click();
  await staffPerson.look('reset-asking');
  await staffPerson.button('Ja, ausstellen').click();
  const initial = await staffPerson.readInitialPassword('reset-done', 'Das neue Initial-Kennwort ist ausgestellt');
  secretText('second initial password of Rita', initial);
  await expect(requests).toBeHidden();
  const told = async () => (await mailsTo(rita.address)).some((mail) => mail.text?.includes(staff.address));
  await expect.poll(told, { message: 'a mail says by whom', timeout: 30_000 }).toBe(true);

  await person.open();
  await person.typeSignIn(initial);
  await expect(person.heading('Willkommen in Ihrem Postfach')).toBeVisible(CRYPTO);
  await expect(page.getByText('Frühere Nachrichten wieder zugänglich machen?'), 'not while others know the password').toBeHidden();
  rita.password = 'Rita+tanzt.2028-barfuß';
  secretText('third password of Rita', rita.password);
  await person.chooseOwnPassword();
  await expect(person.row(SUBJECT), 'it was sealed to keys that are gone').toBeHidden();

  await expect(page.getByText('hat neue Schlüssel, ausgestellt am'), 'asked without a refresh').toBeVisible();
  await staffPerson.look('earlier-messages');
  await page.emulateMedia({ media: 'print' });
  await expect(page.getByText('hat neue Schlüssel, ausgestellt am'), 'of the person, not of what is printed').toBeHidden();
  await page.emulateMedia({ media: null });
  await staffPerson.button('Nein').click();
  await expect(staffPerson.page.getByRole('dialog')).toContainText('werden nicht noch einmal gefragt');
  await staffPerson.page.getByRole('dialog').getByRole('button', { name: 'Abbrechen' }).click();
  await staffPerson.button('Ja, zugänglich machen').click();
  await expect(staffPerson.toast(/Für .* wieder zugängliche Nachrichten: 1\./)).toBeVisible(CRYPTO);

  await expect(person.row(SUBJECT), 'there without a refresh').toBeVisible();
  await person.read(SUBJECT);
  const saved = await person.save(person.attachments().getByRole('button', { name: /^Speichern: / }));
  expect(sha256(saved.bytes)).toBe(sha256(file.bytes));
});

test('whoever issued new keys finds it in the contacts, and is not warned of it', async () => {
  await contacts();
  await expect(inContacts()).toContainText(new RegExp(`Neue Schlüssel ausgestellt am \\d+\\. \\p{L}+ \\d{4} von ${staff.name}`, 'u'));
  await staffPerson.look('contacts-new-keys');
  await expect(staffPerson.page.getByText(/wurden am .+ neue Schlüssel ausgestellt/)).toHaveCount(0);
});
