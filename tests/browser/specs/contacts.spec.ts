// Address book, search, taking mail along, settings: what a person keeps, finds and takes with them.

import { expect, test } from '@playwright/test';
import { unzipSync } from 'fflate';
import PostalMime from 'postal-mime';
import { makeFile, sha256 } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { otherPartner, staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';

test.describe.configure({ mode: 'serial' });

const contact: Who = { address: 'karin.kontakt@amt.example', password: 'Karin+findet.2026-alles' };
const SUBJECT = 'Fördermittel – Größe & Maß 😀, ein Betreff, der länger ist als eine Zeile eines Briefkopfs';
const SECOND = 'Zweite Nachricht an den Kontakt';
const TEXT = 'Sehr geehrte Frau Kontakt,\n\ndas **Kennwort** des Vorhabens ist Haselnußtorte.\n.\nGrüße\n';
const OWN_NAME = 'Frau Kontakt vom Wäschbärenhof';
const NOTE = 'Ruft mittwochs an, Losung Siebenschläfer.';
const WRITTEN_DOWN = 'heimlich.notiert@nirgends.example';
const files = [
  makeFile('Überweisungsträger „Frühjahr“ 🧾.pdf', 200_003, '%PDF-1.7\n'),
  makeFile('zeilen.csv', 4_001, 'eins;zwei\nund\r\noder\r\rÄ;ö\n'),
];

let staffPerson: Person;
let initial: string;

test.beforeAll(async ({ browser }) => {
  staffPerson = await Person.at(browser, staff);
  secretText('subject of the contact', SUBJECT);
  secretText('text of the contact', 'Haselnußtorte');
  secretText('name of a contact', OWN_NAME);
  secretText('note on a contact', NOTE);
  secretText('address that is only written down', WRITTEN_DOWN);
  secretText('search word', 'haselnusstorte');
  for (const file of files) secretText(`name of ${file.name}`, file.name);
});

test.afterAll(async () => {
  await staffPerson.leave();
});

async function contacts(person: Person): Promise<void> {
  await person.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Kontakte' }).click();
  await expect(person.heading('Kontakte')).toBeVisible();
}

function entry(person: Person, text: string) {
  return person.page.getByRole('list', { name: 'Kontakte' }).getByRole('listitem').filter({ hasText: text });
}

async function search(person: Person, words: string): Promise<void> {
  await person.page.getByRole('search').getByRole('searchbox').fill(words);
}

function hits(person: Person) {
  return person.page.getByRole('list', { name: 'Suchergebnisse, neueste zuerst' }).getByRole('link');
}

test('a contact has keys in words, a name and a note of one\'s own', async () => {
  const person = staffPerson;
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await person.addRecipient(contact.address, 'noch kein Postfach');
  initial = await person.makeMailbox();
  await person.write(SUBJECT, TEXT);
  await person.attach(...files.map((file) => file.path));
  await person.awaitUploads(2);
  await person.send();

  await contacts(person);
  await expect(entry(person, contact.address)).toContainText('Noch nie angemeldet; Postfach angelegt am');
  await person.button(`Name und Notiz ändern: ${contact.address}`).click();
  await expect(person.field('Eigener Name'), 'the address stays').toBeFocused();
  await person.field('Eigener Name').fill(OWN_NAME);
  await person.field('Notiz').fill(NOTE);
  await person.button('Kontakt speichern').click();
  await expect(person.toast('Der Kontakt ist gespeichert.')).toBeVisible();
  await person.button('Kontakt hinzufügen').click();
  await person.field('E-Mail-Adresse').fill(WRITTEN_DOWN);
  await person.look('contact-edit');
  await person.button('Kontakt speichern').click();
  await expect(entry(person, WRITTEN_DOWN)).toContainText('Wird geprüft, sobald Sie dorthin schreiben');
  await person.page.reload();
  await expect(entry(person, OWN_NAME)).toContainText(NOTE);
  await person.look('contacts');
  await person.button(`Aus Kontakten löschen: ${WRITTEN_DOWN}`).click();
  await person.page.getByRole('dialog').getByRole('button', { name: 'Aus Kontakten löschen' }).click();
  await expect(entry(person, WRITTEN_DOWN)).toHaveCount(0);
});

test('a contact is written to, and suggested by the own name', async () => {
  const person = staffPerson;
  await person.button(`Nachricht schreiben: ${OWN_NAME}`).click();
  await expect(person.heading('Neue Nachricht')).toBeVisible();
  const chips = person.page.getByRole('list', { name: 'Empfänger' });
  await expect(chips).toContainText('Postfach vorhanden');
  await expect(chips, 'where the keys stand').toContainText('Noch nie angemeldet; Postfach angelegt am');

  // By a part of any name, with the keys' state; what is typed stays what it is until one is chosen.
  await person.button(`${contact.address} entfernen`).click();
  const input = person.page.getByRole('combobox', { name: 'An' });
  const option = person.page.getByRole('option', { name: OWN_NAME });
  await input.pressSequentially('wäschb');
  await expect(option).toContainText('Noch nie angemeldet; Postfach angelegt am');
  await person.look('compose-suggestions');
  await input.press('Escape');
  await expect(option).toBeHidden();
  await expect(input).toHaveValue('wäschb');
  await input.press('ArrowDown');
  await input.press('ArrowDown');
  await expect(option).toHaveAttribute('aria-selected', 'true');
  await input.press('Enter');
  await expect(chips).toContainText('Postfach vorhanden');
  await expect(input).toHaveValue('');
  await person.button(`${contact.address} entfernen`).click();
  await input.pressSequentially('wäschb');
  await option.click();
  await expect(chips.getByRole('listitem')).toHaveCount(1);
  await person.write(SECOND, 'Kurz.');
  await person.send();
  await expect(person.row(SECOND)).toContainText(OWN_NAME);
});

test('a search finds text, people and files, says how much it covers, and tells nobody', async () => {
  const person = staffPerson;
  const begun = person.watch.requests.length;
  await person.goTo('Posteingang');
  await search(person, 'HASELNUSSTORTE foerdermittel');
  await expect(hits(person)).toHaveCount(1);
  await expect(person.page.getByText(/^Alle [0-9.]+ Nachrichten durchsucht$/)).toBeVisible({ timeout: 60_000 });
  await expect(person.page.getByRole('status').filter({ hasText: '1 Treffer' })).toBeVisible();
  await person.look('search');
  await search(person, 'uberweisungstrager');
  await expect(hits(person)).toHaveCount(1);
  await search(person, 'wäschbärenhof');
  await expect(hits(person)).toHaveCount(2);
  await search(person, 'haselnußtorte gibtesnicht');
  await expect(person.page.getByText('Keine Treffer')).toBeVisible();
  await search(person, 'haselnuß');
  await hits(person).first().click();
  await expect(person.heading(SUBJECT)).toBeVisible();
  const sent = person.watch.requests.slice(begun).map((request) => request.url() + (request.postData() ?? ''));
  expect(sent.filter((text) => /hasel|w%C3%A4sch|uberweis/i.test(text))).toEqual([]);
  const words = person.page.getByRole('search').getByRole('searchbox');
  await expect(words, 'stays while one reads').toHaveValue('haselnuß');
  await person.goTo('Posteingang');
  await expect(words, 'ends with another folder').toHaveValue('');
  await person.page.goBack();
  await expect(person.heading(SUBJECT)).toBeVisible();
});

test('a message is taken along as .eml, byte for byte', async () => {
  const person = staffPerson;
  const saved = await person.save(person.button('Als E-Mail-Datei speichern (.eml)'));
  const [, day, hour, minute] = /^(\d{4}-\d\d-\d\d) (\d\d)\.(\d\d) Fördermittel.*\.eml$/.exec(saved.name)!;
  // The server and this process may live elsewhere than the browser.
  const wall = new Date(new Date().toLocaleString('en-US', { timeZone: 'Europe/Berlin' }));
  const named = new Date(`${day}T${hour}:${minute}:00`);
  expect(Math.abs(wall.getTime() - named.getTime()), 'the time of the wall').toBeLessThan(15 * 60_000);
  const mail = await PostalMime.parse(saved.bytes);
  expect(mail.subject).toBe(SUBJECT);
  expect(mail.text?.replaceAll('\r\n', '\n').trimEnd()).toBe(TEXT.trimEnd());
  expect(mail.from).toMatchObject({ name: staff.name, address: staff.address });
  expect(mail.to?.map((to) => to.address)).toEqual([contact.address]);
  expect(mail.messageId).toMatch(/^<.+@.+>$/);
  expect(Math.abs(Date.now() - Date.parse(mail.date!))).toBeLessThan(15 * 60_000);
  expect(mail.attachments.map((it) => it.filename)).toEqual(files.map((file) => file.name));
  for (const [at, file] of files.entries()) {
    expect(sha256(new Uint8Array(mail.attachments[at]!.content as ArrayBuffer))).toBe(sha256(file.bytes));
  }
});

test('a message is printed without the page around it', async () => {
  const { page } = staffPerson;
  await page.emulateMedia({ media: 'print' });
  await expect(staffPerson.heading(SUBJECT)).toBeVisible();
  await expect(page.getByText('Haselnußtorte')).toBeVisible();
  await expect(page.getByText(files[0]!.name)).toBeVisible();
  await expect(page.getByRole('navigation', { name: 'Hauptnavigation' })).toBeHidden();
  await expect(page.getByRole('search')).toBeHidden();
  await expect(staffPerson.button('Drucken')).toBeHidden();
  await staffPerson.look('message-print');
  await page.emulateMedia({ media: null });
});

test('everything is taken along as a ZIP with an index', async () => {
  const person = staffPerson;
  await person.openMenu();
  await person.page.getByRole('menuitem', { name: 'Einstellungen' }).click();
  await expect(person.heading('Einstellungen')).toBeVisible();
  await person.look('settings');
  await person.page.getByRole('checkbox', { name: /Erinnern/ }).uncheck();
  await person.button('Einstellungen speichern').click();
  await expect(person.toast('Die Einstellungen sind gespeichert.')).toBeVisible();
  const saved = await person.save(person.button('Alle Nachrichten speichern (ZIP)'));
  expect(saved.name).toMatch(/^Nachrichten \d{4}-\d\d-\d\d\.zip$/);
  const inside = unzipSync(saved.bytes);
  const names = Object.keys(inside);
  const mails = names.filter((name) => /^(Posteingang|Gesendet)\/.+\.eml$/.test(name));
  expect(mails).toHaveLength(names.length - 1);
  await expect(person.toast(`${mails.length} Nachrichten sind gespeichert.`)).toBeVisible();
  const index = new TextDecoder().decode(inside['Inhalt.csv']);
  expect(index.trimEnd().split('\r\n')).toHaveLength(mails.length + 1);
  expect(index).toContain(SUBJECT);
  const mine = mails.find((name) => name.includes('Fördermittel'))!;
  const mail = await PostalMime.parse(inside[mine]!);
  expect(sha256(new Uint8Array(mail.attachments[0]!.content as ArrayBuffer))).toBe(sha256(files[0]!.bytes));
});

test('a selection is taken along, and nothing else', async () => {
  const person = staffPerson;
  const chosen = [SUBJECT, SECOND];
  await person.goTo('Gesendet');
  for (const subject of chosen) await person.page.getByRole('checkbox', { name: `Auswählen: ${subject}` }).check();
  await person.look('selection');
  const saved = await person.save(person.button('Auswahl speichern (ZIP)'));
  await expect(person.toast('2 Nachrichten sind gespeichert.')).toBeVisible();
  expect(saved.name).toMatch(/^Nachrichten \d{4}-\d\d-\d\d\.zip$/);
  const inside = unzipSync(saved.bytes);
  const index = new TextDecoder().decode(inside['Inhalt.csv']).trimEnd().split('\r\n');
  delete inside['Inhalt.csv'];
  expect(index).toHaveLength(chosen.length + 1);
  expect(Object.keys(inside)).toHaveLength(chosen.length);
  for (const [name, bytes] of Object.entries(inside)) {
    expect(name).toMatch(/^Gesendet\/\d{4}-\d\d-\d\d \d\d\.\d\d (Fördermittel – Größe & Maß|Zweite Nachricht an den Kontakt)[^/]*\.eml$/);
    const mail = await PostalMime.parse(bytes);
    const sent = mail.subject === SUBJECT ? files : [];
    expect(chosen.splice(chosen.indexOf(mail.subject!), 1), 'each once').toEqual([mail.subject]);
    expect(mail.attachments.map((it) => sha256(new Uint8Array(it.content as ArrayBuffer)))).toEqual(sent.map((file) => sha256(file.bytes)));
    const line = index.find((line) => line.includes(name));
    for (const told of [mail.subject!, contact.address, ...sent.map((file) => file.name)]) expect(line).toContain(told);
  }
});

test('searching marks nothing as read, and partners see only whom they may write to', async ({ browser }) => {
  const person = await Person.at(browser, contact);
  await person.firstSignIn(initial);
  await search(person, 'haselnuss');
  await expect(hits(person)).toHaveCount(1);
  await expect(person.page.getByText('Alle 2 Nachrichten durchsucht')).toBeVisible();
  await person.button('Suche beenden').click();
  await expect(person.page.locator('#search')).toBeFocused();
  await expect(person.row(SUBJECT)).toContainText('Neu');
  await contacts(person);
  await expect(entry(person, staff.name!)).toContainText(/Schlüssel seit .+ bestätigt/);
  await expect(person.page.getByRole('list', { name: 'Kontakte' }).getByRole('listitem')).toHaveCount(1);
  await expect(entry(person, otherPartner.address)).toHaveCount(0);
  await person.look('contacts-partner');
  await person.leave();

  await contacts(staffPerson);
  await expect(entry(staffPerson, OWN_NAME)).toContainText(/Schlüssel seit .+ bestätigt/);
});
