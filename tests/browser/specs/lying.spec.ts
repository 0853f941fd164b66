// A server that lies, and insiders who help it: the page says in words what is wrong and what to do, shows nothing false
// as true, and loses nothing. The sdk meets every lie there is in tests/it/lying; these are those that a person notices.

import { expect, test } from '@playwright/test';
import { Liar } from '../support/liar.ts';
import type { Who } from '../support/people.ts';
import { Person } from '../support/person.ts';

const PASSWORD = 'Korrektes-Pferd-Batterie-7';
const staff: Who = { name: 'Sabine Sommer', address: 'sabine.sommer@kbs.example', password: PASSWORD };
const colleague: Who = { name: 'Klaus Kohl', address: 'klaus.kohl@kbs.example', password: PASSWORD };
const PARTNER = 'paula.partner@traeger.example';
const CRYPTO = { timeout: 60_000 };
const TEXT = 'Bitte senden Sie uns die fehlenden Belege.\n\nMit freundlichen Grüßen';
const FILE_BYTES = 4 * 65_536 + 1000;

let liar: Liar;
let writer: Person;
let reader: Person;

test.beforeAll(async ({ browser }) => {
  liar = await Liar.start();
  writer = await Person.at(browser, staff, {}, liar.url);
  reader = await Person.at(browser, colleague, {}, liar.url);
});

test.afterEach(() => liar.tellTheTruth());

test.afterAll(async () => {
  for (const person of [writer, reader]) await person.leave();
  await liar.end();
});

/** The inbox as if it had just been opened. */
async function enter(person: Person): Promise<void> {
  await person.open('/mail/inbox');
  await expect(person.heading('Posteingang').or(person.button('Anmelden'))).toBeVisible(CRYPTO);
  if (await person.button('Anmelden').isVisible()) await person.typeSignIn();
  await expect(person.heading('Posteingang')).toBeVisible(CRYPTO);
}

async function isNotSignedIn(person: Person): Promise<void> {
  await person.open();
  await person.typeSignIn();
  await expect(person.alert()).toContainText('fremde oder veraltete Schlüssel als Ihre eigenen', CRYPTO);
  await expect(person.alert()).toContainText('nichts wurde verändert');
  await expect(person.alert()).toContainText('rufen Sie Ihre Administration an');
  await expect(person.heading('Posteingang')).toBeHidden();
  await expect(person.button(/^Konto: /)).toBeHidden();
  await expect(person.field('E-Mail-Adresse'), 'one can try again').toBeVisible();
}

const unreadable = () => reader.row('Diese Nachricht kann nicht angezeigt werden.');

/** Neither in the list nor by itself. */
async function isNotShown(sentence: string, ...secrets: string[]): Promise<void> {
  await enter(reader);
  await expect(unreadable()).toHaveCount(1, CRYPTO);
  await expect(unreadable(), 'nobody is said to have written it').not.toContainText(staff.name!);
  await unreadable().click();
  await expect(reader.heading('Diese Nachricht kann nicht angezeigt werden.')).toBeVisible();
  await expect(reader.alert()).toContainText(sentence, CRYPTO);
  for (const secret of ['Absender geprüft', ...secrets]) {
    await expect(reader.page.getByText(secret), secret).toHaveCount(0);
  }
  await expect(reader.button('Antworten')).toHaveCount(0);
}

test('while nobody answers the page says so, and then it shows what came meanwhile', async ({ browser }) => {
  const broken = /status of 502|ERR_(INCOMPLETE_CHUNKED_ENCODING|EMPTY_RESPONSE|CONNECTION_)|HTTP status code is not ok/;
  reader.watch.expectError(broken);
  await enter(reader);
  const visitor = await Person.at(browser, colleague, { serviceWorkers: 'allow' }, liar.url);
  visitor.watch.expectError(broken);
  await visitor.signIn();
  // The shell is kept by now.
  await visitor.page.evaluate(async () => void (await navigator.serviceWorker.ready));
  const said = reader.page.getByText('Keine Verbindung zum Portal.');
  await expect(said).toBeHidden();
  await liar.tell('away');
  await visitor.page.getByRole('link', { name: 'Kontakte' }).click();
  await expect(visitor.heading('Diese Seite wurde nicht geladen')).toBeVisible();
  await expect(said).toBeVisible();
  await reader.look('no-news');
  await liar.tell('mail-meanwhile');
  await expect(reader.row('Inzwischen')).toBeVisible(CRYPTO);
  await expect(said).toBeHidden();
  await expect(visitor.heading('Kontakte'), 'what could not be loaded is loaded').toBeVisible(CRYPTO);
  // A page that is loaded meanwhile is the portal's own, and no proxy's.
  await liar.tell('away');
  await visitor.page.reload();
  await expect(visitor.alert()).toContainText('Der Server ist nicht erreichbar.');
  await liar.tell('mail-meanwhile');
  await visitor.button('Noch einmal versuchen').click();
  await expect(visitor.heading('Kontakte')).toBeVisible(CRYPTO);
  await visitor.goTo('Posteingang');
  await expect(visitor.row('Inzwischen')).toHaveCount(2, CRYPTO);
  await visitor.leave();
});

test('with the record of another account, which has the same password, nobody is signed in', async () => {
  await liar.tell('anothers-record');
  await isNotSignedIn(writer);
  await expect(writer.page.getByText(colleague.name!)).toHaveCount(0);
  await writer.look('lying-sign-in');
});

test('with keys that are older than those that this device saw, nobody is signed in', async () => {
  await enter(writer);
  await writer.signOut();
  await liar.tell('older-bundle');
  await isNotSignedIn(writer);
});

async function begin(subject: string): Promise<void> {
  await writer.goTo('Neue Nachricht');
  await writer.addRecipient(PARTNER, 'Postfach vorhanden');
  await writer.write(subject, TEXT);
}

for (const [lie, what, ...sentences] of [
  ['own-key', 'a key of the server\'s own', `Die Schlüssel von ${PARTNER} lassen sich nicht bestätigen; es wurde nichts gesendet. Ihr Entwurf ist erhalten.`, 'informieren Sie die Administration'],
  ['anothers-chain', 'somebody else\'s right key', 'kann nicht beweisen, dass die Schlüssel, die er zeigt, die neuesten sind', 'ein Entwurf bleibt erhalten', 'laden Sie die Seite neu'],
  ['older-directory', 'an older directory', 'zeigt ein älteres Schlüsselverzeichnis, als Sie schon gesehen haben', 'ein Entwurf bleibt erhalten', 'fragen Sie Ihre Administration'],
  ['another-history', 'another history', 'zeigt Ihnen ein anderes Schlüsselverzeichnis als früher', 'ein Entwurf bleibt erhalten', 'rufen Sie Ihre Administration an'],
] as const) {
  test(`by ${what} nothing is sent, and what was written stays`, async () => {
    // The server that is copied is away for a moment.
    writer.watch.expectError(/status of 502/);
    const subject = `Zur Nachforderung (${lie})`;
    await enter(writer);
    if (lie === 'another-history') {
      // The histories part, and this person sees the one that is true.
      await liar.tell(lie);
      await liar.tellTheTruth();
      await begin('Die wahre Geschichte');
      await writer.send();
    }
    await begin(subject);
    // What another server has of the draft is another story.
    await expect(writer.page.getByText('Der Entwurf ist gesichert, auf allen Ihren Geräten.')).toBeVisible();
    await liar.tell(lie);
    const before = writer.watch.requests.length;
    await writer.button('Senden').click();
    for (const sentence of sentences) await expect(writer.alert()).toContainText(sentence, CRYPTO);
    expect(writer.watch.changesSince(before).filter((it) => it.endsWith('/commit'))).toEqual([]);
    await expect(writer.field('Betreff')).toHaveValue(subject);
    await expect(writer.field('Nachricht')).toHaveValue(TEXT);
    await expect(writer.page.getByRole('list', { name: 'Empfänger' })).toContainText(PARTNER);
    await writer.look(`lying-${lie}`);
    await liar.tellTheTruth();
    await writer.send();
    await expect(writer.row(subject)).toBeVisible();
  });
}

for (const [lie, what] of [
  ['recipient-added', 'with a recipient who was added'],
  ['recipient-dropped', 'with a recipient who is left out'],
] as const) {
  test(`a message ${what} is not shown`, async () => {
    await liar.tell(lie);
    const sentence = 'beschädigt, gefälscht oder nicht für Ihr Konto verschlüsselt; darum wird nichts von ihr angezeigt. Gelöscht wurde nichts.';
    await isNotShown(sentence, 'Der Bescheid', 'Im Anhang.');
    await expect(reader.row('Die Absage'), 'what is right can be read').toBeVisible();
    await liar.tellTheTruth();
    await enter(reader);
    await reader.read('Der Bescheid');
  });
}

test('a message in the place of another is not shown', async () => {
  await liar.tell('another-message');
  await isNotShown('Die Antwort des Servers ist nicht vertrauenswürdig; zu Ihrer Sicherheit wurde abgebrochen', 'Der Bescheid', 'Leider nein.');
  await expect(reader.row('Die Absage'), 'once, and in its own place').toHaveCount(1);
});

for (const [lie, what] of [
  ['forged-sender', 'by a forged sender'],
  ['no-deputy', 'by a stand-in who is none'],
  ['strangers-grant', 'that a stranger granted'],
] as const) {
  test(`a message ${what} is not shown, in two languages`, async () => {
    await liar.tell(lie);
    await isNotShown('fragen Sie bitte auf einem anderen Weg nach, am besten am Telefon', 'Neue Bankverbindung', 'überweisen');
    await reader.look(`lying-${lie}`);
    await reader.openMenu();
    await reader.page.getByRole('menuitemradio', { name: 'English' }).click();
    await expect(reader.alert()).toContainText('This message is damaged, forged or not encrypted to your account, so nothing of it is shown. Nothing was deleted.');
    await expect(reader.alert()).toContainText('please ask in another way, preferably by telephone');
    await reader.page.getByRole('menuitemradio', { name: 'Deutsch' }).click();
    await expect(reader.alert()).toContainText('Gelöscht wurde nichts.');
  });
}

for (const [lie, what] of [
  ['file-exchanged', 'is another one'],
  ['file-cut', 'is cut off between two chunks'],
] as const) {
  test(`an attachment that ${what} is not saved`, async () => {
    await enter(reader);
    await reader.read('Der Bescheid');
    const save = reader.button('Speichern: Bescheid.pdf');
    let saved = 0;
    reader.page.on('download', () => (saved += 1));
    await liar.tell(lie);
    await save.click();
    await expect(reader.alert()).toContainText('kam beschädigt oder vertauscht an und wurde nicht gespeichert', CRYPTO);
    await expect(reader.alert()).toContainText('informieren Sie Ihre Administration');
    await expect(reader.page.locator('.prose'), 'the message is still there').toContainText('Im Anhang.');
    expect(saved).toBe(0);
    await liar.tellTheTruth();
    expect((await reader.save(save)).bytes.length).toBe(FILE_BYTES);
  });
}
