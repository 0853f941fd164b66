// Vertretung from naming to its end: who reads, who answers for whom, what each side is shown, and that it ends.

import { expect, test } from '@playwright/test';
import { makeFile, sha256 } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { admin, staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';

test.describe.configure({ mode: 'serial' });

const owner: Who = { name: 'Olga Ohland', address: 'olga.ohland@kbs.example', password: 'Ohland+fährt.2026-weit' };
const deputy: Who = { name: 'Dora Deputat', address: 'dora.deputat@kbs.example', password: 'Deputat+bleibt.2026-da' };
const partner: Who = { address: 'pia.vertreten@verein.example', password: 'Pia+wartet.2026-lange' };
const CRYPTO = { timeout: 60_000 };
const file = makeFile('Vertretungsplan.pdf', 30_000, '%PDF-1.7\n');

let a: Person;
let d: Person;
let p: Person;
let boss: Person;

test.beforeAll(async ({ browser }) => {
  a = await Person.at(browser, owner);
  d = await Person.at(browser, deputy);
  p = await Person.at(browser, partner);
  boss = await Person.at(browser, admin);
});

test.afterAll(async () => {
  for (const person of [a, d, p, boss]) await person.leave();
});

/** A day some days from now, as a field of a form wants it and in words. */
function day(days: number): string {
  const at = new Date(Date.now() + days * 86_400_000);
  return at.toLocaleDateString('sv-SE', { timeZone: 'Europe/Berlin' });
}

async function deputies(person: Person): Promise<void> {
  await person.openMenu();
  await person.page.getByRole('menuitem', { name: 'Vertretung' }).click();
  await expect(person.heading('Vertretung')).toBeVisible();
}

async function name(person: Person, who: Who, from = 0, until = 14): Promise<void> {
  await person.page.locator('#deputy-who').selectOption({ label: who.name! });
  await person.field('Von').fill(day(from));
  await person.field('Bis einschließlich').fill(day(until));
  await expect(person.toast('Die Vertretung ist eingetragen.')).toHaveCount(0);
  await person.button('Vertretung eintragen').click();
  await expect(person.toast('Die Vertretung ist eingetragen.')).toBeVisible(CRYPTO);
}

async function writeTo(person: Person, who: Who, subject: string, path?: string): Promise<void> {
  secretText(`subject ${subject}`, subject);
  await person.goTo('Neue Nachricht');
  await person.addRecipient(who.address, 'Postfach vorhanden');
  await person.write(subject, 'Bitte um Rückmeldung.');
  if (path) {
    await person.attach(path);
    await person.awaitUploads(1);
  }
  await expect(person.toast('Die Nachricht ist gesendet.'), 'the last one is no longer told').toHaveCount(0);
  await person.send();
}

/** What arrives for one reader shows that it has arrived, and that another has not got it. */
async function arrivesOnlyAt(person: Person, other: Person, subject: string): Promise<void> {
  await person.goTo('Posteingang');
  await expect(person.row(subject)).toBeVisible();
  await other.page.reload();
  await expect(other.heading('Posteingang')).toBeVisible(CRYPTO);
  await expect(other.page.getByRole('status').getByText('geladen')).toBeHidden();
  await expect(other.row(subject)).toHaveCount(0);
}

test('three people join', async () => {
  await boss.signIn();
  for (const [person, who] of [[a, owner], [d, deputy]] as const) {
    await boss.goTo('Verwaltung');
    await boss.field('Name').fill(who.name!);
    await boss.field('Organisationseinheit').fill('ESF');
    await boss.field('E-Mail-Adresse').fill(who.address);
    await boss.button('Einladen').click();
    await person.firstSignIn(await boss.readInitialPassword());
  }
  await a.goTo('Neue Nachricht');
  await a.addRecipient(partner.address, 'noch kein Postfach');
  const initial = await a.makeMailbox();
  await a.write('Vor der Vertretung', 'Schon älter.');
  await a.send();
  await p.firstSignIn(initial);
  await writeTo(p, owner, 'Alte Frage', file.path);
});

test('the owner names a deputy, who gets the old mail, and the new', async () => {
  await deputies(a);
  await a.look('deputies-empty');
  await a.button('Vertretung eintragen').click();
  await expect(a.page.locator('#deputy-who'), 'the first field that is left out').toBeFocused();
  await expect(a.page.locator('#deputy-who')).toHaveAttribute('aria-invalid', 'true');
  await a.page.locator('#deputy-who').selectOption({ label: deputy.name! });
  await a.field('Von').fill('2030-05-02');
  await a.field('Bis einschließlich').fill('2030-05-01');
  await a.button('Vertretung eintragen').click();
  await expect(a.alert()).toContainText('kann nicht enden, bevor sie beginnt');
  await expect(a.field('Bis einschließlich')).toBeFocused();
  await a.page.getByRole('checkbox', { name: 'Auch bisherige Nachrichten freigeben' }).check();
  await name(a, deputy);
  await expect(a.toast('Freigegebene bisherige Nachrichten: 2.')).toBeVisible(CRYPTO);
  await expect(a.page.getByRole('listitem').filter({ hasText: deputy.name! })).toBeVisible();
  await expect(a.field('Von'), 'the form is empty again').toHaveValue('');
  await expect(a.page.getByRole('checkbox', { name: 'Auch bisherige Nachrichten freigeben' })).not.toBeChecked();
  await a.look('deputies-named');

  await d.goTo('Posteingang');
  await expect(d.row('Alte Frage')).toContainText(`für ${owner.name}`);
  await d.look('deputy-inbox');
  await d.read('Alte Frage');
  const saved = await d.save(d.attachments().getByRole('button', { name: /^Speichern: / }));
  expect(sha256(saved.bytes)).toBe(sha256(file.bytes));
  await d.goTo('Gesendet');
  await expect(d.row('Vor der Vertretung'), 'what the owner sent').toContainText(`für ${owner.name}`);

  await p.goTo('Neue Nachricht');
  await p.addRecipient(owner.address, `liest mit in Vertretung: ${deputy.name}`);
  await p.look('recipient-with-deputy');
  await p.button(/entfernen$/).click();
  await writeTo(p, owner, 'Neue Frage');
  await p.row('Neue Frage').click();
  await expect(p.page.locator('.delivery__row').filter({ hasText: deputy.name! })).toContainText('(Vertretung)');
  await expect(p.page.locator('.delivery__row').filter({ hasText: owner.name! })).not.toContainText('(Vertretung)');
  await d.goTo('Posteingang');
  await expect(d.row('Neue Frage')).toContainText(`für ${owner.name}`);
  await a.goTo('Posteingang');
  await expect(a.row('Neue Frage')).toBeVisible();
  await expect(a.row('Neue Frage'), 'the owner\'s own').not.toContainText('für ');
});

test('the deputy answers on behalf, and partner and owner see who did for whom', async () => {
  await d.read('Neue Frage');
  await expect(d.page.getByRole('article')).toContainText(`für ${owner.name}`);
  await d.look('deputy-message');
  await d.button('Antworten').click();
  await expect(d.page.getByRole('checkbox', { name: /Im Auftrag der vertretenen Person/ })).toBeChecked();
  await d.look('deputy-answer');
  await d.send();
  await expect(d.row('AW: Neue Frage')).toContainText(`im Auftrag von ${owner.name}`);
  for (const person of [p, a]) {
    await person.goTo('Posteingang');
    await expect(person.row('AW: Neue Frage')).toContainText(deputy.name!);
    await expect(person.row('AW: Neue Frage')).toContainText(`im Auftrag von ${owner.name}`);
    await person.read('AW: Neue Frage');
    await expect(person.page.getByRole('article')).toContainText(`im Auftrag von ${owner.name}`);
  }
  await p.look('on-behalf-partner');
  await p.button('Antworten').click();
  await expect(p.page.getByRole('list', { name: 'Empfänger' }), 'the thread stays the owner\'s').toContainText(owner.address);
  await p.send();
  await d.goTo('Posteingang');
  await expect(d.row('AW: Neue Frage')).toContainText(`für ${owner.name}`);
});

test('the deputy sees their own mail and each owner\'s apart', async ({ browser }) => {
  const other = await Person.at(browser, staff);
  await other.signIn();
  await writeTo(other, deputy, 'Nur für Dora');
  await other.leave();
  await d.goTo('Posteingang');
  await expect(d.row('Nur für Dora')).toBeVisible();
  const whose = d.field(/^Nachrichten von/);
  await whose.selectOption('nur Ihnen');
  await expect(d.row('Nur für Dora')).toBeVisible();
  await expect(d.row('Neue Frage')).toHaveCount(0);
  await d.look('deputy-own');
  await whose.selectOption(`nur ${owner.name}`);
  await expect(d.row('Alte Frage')).toBeVisible();
  await expect(d.row('Nur für Dora')).toHaveCount(0);
  await whose.selectOption('allen, die Sie vertreten, und Ihnen');
  await expect(d.row('Nur für Dora')).toBeVisible();
});

test('the deputy ends it, and gets no more mail', async () => {
  await deputies(d);
  await d.look('deputies-represented');
  await d.button(`Vertretung beenden für ${owner.name}`).click();
  const question = d.page.getByRole('dialog', { name: 'Vertretung beenden?' });
  await question.getByRole('button', { name: 'Abbrechen' }).click();
  await expect(d.button(`Vertretung beenden für ${owner.name}`)).toBeFocused();
  await d.button(`Vertretung beenden für ${owner.name}`).click();
  await question.getByRole('button', { name: 'Ja, beenden' }).click();
  await expect(d.toast(/Die Vertretung ist beendet/)).toBeVisible(CRYPTO);
  await expect(d.page.getByText('Sie vertreten niemanden.')).toBeVisible();
  await deputies(a);
  await expect(a.page.getByRole('listitem').filter({ hasText: deputy.name! })).toContainText('hat die Vertretung beendet');
  await a.look('deputies-resigned');
  await d.goTo('Posteingang');
  await writeTo(p, owner, 'Nach dem Ende durch Dora');
  await arrivesOnlyAt(a, d, 'Nach dem Ende durch Dora');

  // An answer in the owner's name does not leave any more.
  await d.read('Alte Frage');
  await d.button('Antworten').click();
  await d.button('Senden').click();
  await expect(d.alert()).toContainText('Sie vertreten diese Person nicht mehr.');
  await d.look('deputy-refused');
  await d.page.getByRole('checkbox', { name: /Im Auftrag der vertretenen Person/ }).uncheck();
  await d.send();
});

test('an administrator names a deputy for somebody absent, and the owner ends it', async () => {
  await boss.page.getByRole('navigation', { name: 'Bereiche der Verwaltung' }).getByRole('link', { name: 'Personen' }).click();
  const row = boss.page.getByRole('row', { name: new RegExp(owner.address) });
  await row.getByRole('button', { name: /^Bearbeiten/ }).click();
  await name(boss, deputy, 0, 3);
  await boss.look('admin-deputy');
  await boss.page.getByRole('dialog').getByRole('button', { name: 'Schließen' }).click();
  await writeTo(p, owner, 'In Abwesenheit');
  await d.goTo('Posteingang');
  await expect(d.row('In Abwesenheit')).toContainText(`für ${owner.name}`);

  await a.goTo('Posteingang');
  await deputies(a);
  await expect(a.page.getByRole('listitem').filter({ hasText: deputy.name! })).toContainText('von der Verwaltung eingetragen');
  await a.button(`Vertretung beenden: ${deputy.name}`).click();
  await a.page.getByRole('dialog', { name: 'Vertretung beenden?' }).getByRole('button', { name: 'Ja, beenden' }).click();
  await expect(a.toast('Die Vertretung ist beendet.')).toBeVisible(CRYPTO);
  await expect(a.page.getByText('Niemand vertritt Sie.')).toBeVisible();
  await expect(a.heading('Vertretung'), 'the focus has a place again').toBeFocused();
  await writeTo(p, owner, 'Nach dem Ende durch Olga');
  await arrivesOnlyAt(a, d, 'Nach dem Ende durch Olga');
});

test('before its first day and after its last a deputy gets nothing', async () => {
  await deputies(a);
  await name(a, deputy, 2, 3);
  await writeTo(p, owner, 'Vor dem ersten Tag');
  await arrivesOnlyAt(a, d, 'Vor dem ersten Tag');
  // The senders' own clocks tell that the last day is over.
  await deputies(a);
  await name(a, deputy, 0, 1);
  await writeTo(p, owner, 'An einem der Tage');
  await d.goTo('Posteingang');
  await expect(d.row('An einem der Tage')).toBeVisible();
  await deputies(a);
  await name(a, deputy, -3, -1);
  await expect(a.page.getByText('Niemand vertritt Sie.')).toBeVisible();
  await writeTo(p, owner, 'Nach dem letzten Tag');
  await arrivesOnlyAt(a, d, 'Nach dem letzten Tag');
});

test('a whole mailbox is handed over, after a question', async () => {
  await deputies(a);
  await a.button('Alle Nachrichten übergeben').click();
  await expect(a.page.locator('#hand-over-to'), 'nobody is chosen yet').toBeFocused();
  await a.page.locator('#hand-over-to').selectOption({ label: deputy.name! });
  await a.button('Alle Nachrichten übergeben').click();
  const question = a.page.getByRole('dialog', { name: 'Alle Nachrichten übergeben?' });
  await expect(question).toContainText('lässt sich nicht zurücknehmen');
  await a.look('hand-over');
  await question.getByRole('button', { name: 'Abbrechen' }).click();
  await d.page.reload();
  await d.goTo('Posteingang');
  await expect(d.row('Alte Frage')).toBeVisible();
  await expect(d.row('Nach dem letzten Tag'), 'nothing without a yes').toHaveCount(0);
  await a.button('Alle Nachrichten übergeben').click();
  await question.getByRole('button', { name: 'Ja, übergeben' }).click();
  await expect(a.toast(/^Freigegebene bisherige Nachrichten: \d+\.$/)).toBeVisible(CRYPTO);
  await d.page.reload();
  await d.read('Nach dem letzten Tag');
});
