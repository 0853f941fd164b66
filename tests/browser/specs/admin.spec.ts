// The administration through its pages: people join, move, leave and forget; limits and texts change; a second and a
// third administrator get the organisation's key; events and outgoing mail say what happened.

import { expect, test, type Locator } from '@playwright/test';
import { makeFile } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { admin, organisation, partner, staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { awaitMail, control, mailsTo } from '../support/stage.ts';
import { Witness } from '../support/witness.ts';

const PAGES = [
  ['Personen', 'admin-people'],
  ['Grenzen und Texte', 'admin-rules'],
  ['Ereignisse', 'admin-events'],
  ['Postausgang', 'admin-outbox'],
  ['Schlüssel der Organisation', 'admin-key'],
  ['Prüfer', 'admin-witnesses-none'],
] as const;

test('an administrator sees people, rules, events and outgoing mail, and locks a mailbox', async ({ browser }) => {
  const person = await Person.at(browser, admin);
  await person.signIn();
  await person.goTo('Verwaltung');
  const areas = person.page.getByRole('navigation', { name: 'Bereiche der Verwaltung' });
  for (const [name, shot] of PAGES) {
    await areas.getByRole('link', { name, exact: true }).click();
    await expect(person.heading(name)).toBeVisible();
    await person.look(shot);
  }
  await areas.getByRole('link', { name: 'Ereignisse' }).click();
  await expect(person.page.getByText(/eingeladen/i).first()).toBeVisible();

  await areas.getByRole('link', { name: 'Personen' }).click();
  const name = new RegExp(partner.address.split('@')[0]!);
  const row = person.page.getByRole('row', { name });
  await expect(row).toContainText('aktiv');
  await row.getByRole('button', { name: /^Bearbeiten/ }).click();
  const dialog = person.page.getByRole('dialog');
  await expect(dialog).toBeVisible();
  await person.look('admin-person');
  await dialog.getByRole('button', { name: 'Sperren', exact: true }).click();
  await expect(row).toContainText('gesperrt');
  if (!(await dialog.isVisible())) await row.getByRole('button', { name: /^Bearbeiten/ }).click();
  await dialog.getByRole('button', { name: 'Entsperren', exact: true }).click();
  await expect(row).toContainText('aktiv');
  await person.leave();
});

test('auditors are named, sign, and only then can their signature be demanded', async ({ browser }) => {
  const boss = await Person.at(browser, admin);
  await boss.signIn();
  await boss.goTo('Verwaltung');
  await area(boss, 'Prüfer');
  const witness = new Witness('pruefer.example/1');
  await boss.field('Schlüssel des Prüfers').fill(witness.line.replace('+', '+0'));
  await boss.button('Prüfer eintragen').click();
  await expect(boss.alert()).toContainText('Das ist kein Schlüssel eines Prüfers; es wurde nichts verändert.');
  await expect(boss.field('Schlüssel des Prüfers')).toBeFocused();
  await boss.field('Schlüssel des Prüfers').fill(witness.line);
  await boss.button('Prüfer eintragen').click();
  const row = boss.page.getByRole('row', { name: witness.name });
  await expect(row).toContainText('noch nicht', CRYPTO);
  const demanded = boss.field('So viele müssen unterschrieben haben');
  await expect(demanded.getByRole('option'), 'nobody is locked out').toHaveText(['niemand']);
  await witness.sign();
  await area(boss, 'Prüfer');
  await expect(row).not.toContainText('noch nicht');
  await expect(demanded.getByRole('option')).toHaveText(['niemand', '1']);
  await boss.look('admin-witnesses');
  try {
    await demanded.selectOption('1');
    await boss.button('Übernehmen').click();
    await expect(boss.toast(/^Gespeichert\./)).toBeVisible(CRYPTO);
    await expect(demanded).toHaveValue('1');
    const writer = await Person.at(browser, staff);
    await writer.signIn();
    await writer.leave();
  } finally {
    await boss.button(`${witness.name} entfernen`).click();
    await boss.page.getByRole('dialog').getByRole('button', { name: 'Entfernen' }).click();
    await expect(boss.page.getByText('Es ist niemand eingetragen.')).toBeVisible(CRYPTO);
  }
  await boss.leave();
});

test('a member of staff finds the page for deputies', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  await person.signIn();
  await person.openMenu();
  await person.page.getByRole('menuitem', { name: 'Vertretung' }).click();
  await expect(person.heading('Vertretung')).toBeVisible();
  await expect(person.page.getByText('Niemand vertritt Sie.')).toBeVisible();
  await person.look('deputies');
  await person.leave();
});

test('a full storage is said in words, the draft is kept, and with room it leaves', async ({ browser }) => {
  const boss = await Person.at(browser, admin);
  await boss.signIn();
  await boss.goTo('Verwaltung');
  await boss.page.getByRole('navigation', { name: 'Bereiche der Verwaltung' }).getByRole('link', { name: 'Grenzen und Texte' }).click();
  const sizes = [boss.field('Größe einer Nachricht in MB'), boss.field('Speicher eines Postfachs in MB')];
  const before = await Promise.all(sizes.map((size) => size.inputValue()));
  const limit = async (megabytes: string[]): Promise<void> => {
    for (const [at, size] of sizes.entries()) await size.fill(megabytes[at]!);
    await expect(boss.toast('Gespeichert.')).toHaveCount(0);
    await boss.button('Speichern').click();
    await expect(boss.toast('Gespeichert.')).toBeVisible();
  };
  const writer = await Person.at(browser, staff);
  writer.watch.expectError(/status of 413/);
  await writer.signIn();
  secretText('subject in a full storage', 'Kein Platz mehr');
  await limit(['1', '1']);
  try {
    await writer.goTo('Neue Nachricht');
    await writer.addRecipient(partner.address, 'Postfach vorhanden');
    await writer.write('Kein Platz mehr', 'Über zwanzig Megabyte liegen schon da.');
    await writer.button('Senden').click();
    const told = 'Ihr Speicher ist voll; es wurde nichts gesendet. Ihr Entwurf ist erhalten.';
    await expect(writer.alert().filter({ hasText: told }).first(), 'that the draft waits may be told beside it').toBeVisible();
    await writer.look('storage-full');
  } finally {
    await limit(before);
  }
  await expect(writer.field('Betreff')).toHaveValue('Kein Platz mehr');
  await writer.send();
  await writer.leave();
  await boss.leave();
});

const CRYPTO = { timeout: 60_000 };
const FORMER = 'mia.mueller@kbs.example';
const mia: Who = { name: 'Mia Maier', address: FORMER, password: 'Maier+heißt.2026-neu' };
const peter: Who = { address: 'peter.bleibt@verein.example', password: 'Peter+bleibt.2026-treu' };
const second: Who = { name: 'Zoe Zweite', address: 'zoe.zweite@kbs.example', password: 'Zweite+leitet.2026-mit' };
const third: Who = { name: 'Doris Dritte', address: 'doris.dritte@kbs.example', password: 'Dritte+erbt.2026-viel' };
const BEFORE = 'Vor dem Umzug: Aktenzeichen Wanderfalke';
const AFTER = 'Nach dem Umzug: Rückfrage Wanderfalke';
const OWN_NAME = 'Frau Maier, früher Müller';
const HELP = 'Fragen zur Anmeldung? Frau Adler, 0234 304-0.';

async function invite(by: Person, who: Who, role: 'KBS' | 'Administration' = 'KBS'): Promise<string> {
  await by.goTo('Verwaltung');
  await by.field('Name').fill(who.name!);
  await by.field('E-Mail-Adresse').fill(who.address);
  await by.field('Rolle').selectOption(role);
  await by.button('Einladen').click();
  const initial = await by.readInitialPassword();
  await expect(by.field('Rolle'), 'the next one is no administrator by mistake').toHaveValue('staff');
  return initial;
}

async function area(person: Person, name: (typeof PAGES)[number][0]): Promise<void> {
  if (!(await person.page.getByRole('navigation', { name: 'Bereiche der Verwaltung' }).isVisible())) await person.goTo('Verwaltung');
  await person.page.getByRole('navigation', { name: 'Bereiche der Verwaltung' }).getByRole('link', { name, exact: true }).click();
  await expect(person.heading(name)).toBeVisible();
}

async function edit(person: Person, who: Who): Promise<Locator> {
  await area(person, 'Personen');
  await person.button(`Bearbeiten: ${who.address}`).click();
  const dialog = person.page.getByRole('dialog', { name: 'Person bearbeiten' });
  await expect(dialog).toContainText(who.address);
  return dialog;
}

async function contact(person: Person, text: string): Promise<Locator> {
  await person.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Kontakte' }).click();
  await expect(person.heading('Kontakte')).toBeVisible();
  return person.page.getByRole('list', { name: 'Kontakte' }).getByRole('listitem').filter({ hasText: text });
}

/** What the page of events tells of one kind; by whom is in each row. */
async function told(person: Person, kind: string, by: Who, about?: string): Promise<void> {
  await person.field('Ereignis').selectOption(kind);
  const rows = person.page.getByRole('row').filter({ has: person.page.getByRole('rowheader', { name: kind, exact: true }) });
  await expect(rows.filter({ hasText: by.name! }).filter({ hasText: about ?? '' }).first(), kind).toBeVisible();
  await expect(person.page.getByRole('rowheader'), `only ${kind}`).toHaveText(Array(await rows.count()).fill(kind));
}

test.describe('people come and go', () => {
  test.describe.configure({ mode: 'serial' });

  let boss: Person;
  let m: Person;
  let p: Person;

  test.beforeAll(async ({ browser }) => {
    [boss, m, p] = [await Person.at(browser, admin), await Person.at(browser, mia), await Person.at(browser, peter)];
    m.watch.expectError(/status of 40[13]/);
    p.watch.expectError(/status of 40[13]/);
    for (const text of [BEFORE, AFTER, OWN_NAME]) secretText('told around the move', text);
  });

  test.afterAll(async () => {
    for (const person of [boss, m, p]) await person.leave();
  });

  test('an invitation whose e-mail is refused stands among the outgoing mail', async () => {
    await boss.signIn();
    await control(`refuse/550/${mia.address}`);
    await m.firstSignIn(await invite(boss, mia));
    const row = boss.page.getByRole('row', { name: mia.address });
    await expect(async () => {
      await area(boss, 'Personen');
      await area(boss, 'Postausgang');
      await expect(row).toContainText('Abgelehnt (550)', { timeout: 1_000 });
    }).toPass({ timeout: 30_000 });
    await boss.look('admin-outbox-refused');

    await m.goTo('Neue Nachricht');
    await m.addRecipient(peter.address, 'noch kein Postfach');
    const initial = await m.makeMailbox();
    await m.write(BEFORE, 'Bald bin ich anders zu erreichen.');
    await m.send();
    await p.firstSignIn(initial);
    await p.read(BEFORE);
  });

  test('staff goes on at another address, with password, mail and contacts', async () => {
    mia.address = 'mia.maier@kbs.example';
    const dialog = await edit(boss, { ...mia, address: FORMER });
    await dialog.getByLabel('Neue E-Mail-Adresse').fill(staff.address);
    await dialog.getByRole('button', { name: 'Adresse ändern' }).click();
    await expect(dialog.getByRole('alert')).toContainText('schon ein Postfach');
    await boss.look('admin-address-taken');
    await dialog.getByLabel('Neue E-Mail-Adresse').fill(mia.address);
    await dialog.getByRole('button', { name: 'Adresse ändern' }).click();
    await expect(boss.toast(`Das Postfach hat jetzt die Adresse ${mia.address}.`)).toBeVisible(CRYPTO);
    await expect(dialog).toContainText(mia.address);
    await expect(dialog.getByRole('alert').filter({ hasText: /\S/ })).toHaveCount(0);
    await dialog.getByRole('button', { name: 'Schließen' }).click();
    await expect(boss.page.getByRole('row', { name: mia.address })).toContainText('aktiv');
    await expect(boss.page.getByRole('row', { name: FORMER })).toHaveCount(0);

    await m.signOut();
    await m.field('E-Mail-Adresse').fill(FORMER);
    await m.field('Kennwort').fill(mia.password);
    await m.button('Anmelden').click();
    await expect(m.alert()).toContainText('E-Mail-Adresse oder Kennwort ist falsch', CRYPTO);
    await m.typeSignIn();
    await expect(m.heading('Posteingang')).toBeVisible(CRYPTO);
    await m.goTo('Gesendet');
    await m.read(BEFORE);

    expect((await awaitMail(mia.address)).text).toContain(`Ihr Postfach bei ${organisation} hat jetzt die Adresse ${mia.address}.`);
    await expect.poll(async () => (await mailsTo(FORMER)).some((mail) => mail.text?.includes('hat jetzt eine andere Adresse'))).toBe(true);
    expect((await mailsTo(FORMER)).some((mail) => mail.text?.includes(mia.address)), 'the former address does not learn the new one').toBe(false);

    await expect(await contact(p, mia.name!)).toContainText(mia.address);
    const notice = p.page.getByText(new RegExp(`${FORMER} hat jetzt die Adresse ${mia.name} \\(${mia.address}\\) \\(geändert am .+ von ${admin.name}\\)`));
    await expect(notice).toBeVisible();
    await p.look('contacts-moved');
    await p.button('Verstanden').click();
    await expect(notice).toBeHidden();
    await p.goTo('Neue Nachricht');
    await p.field('An').fill(FORMER);
    await p.field('An').press('Enter');
    const chip = p.page.getByRole('list', { name: 'Empfänger' }).getByRole('listitem');
    await expect(chip).toContainText('Das Postfach hat jetzt diese Adresse');
    await expect(chip).toContainText(mia.address);
    await p.write(AFTER, 'Erreicht Sie das?');
    await p.send();
    await m.goTo('Posteingang');
    await m.read(AFTER);
  });

  test('staff whose keys were stolen is removed: signed out, not written to any more, and what they wrote is not shown', async () => {
    await (await contact(p, mia.name!)).getByRole('button', { name: /^Name und Notiz ändern: / }).click();
    await p.field('Eigener Name').fill(OWN_NAME);
    await p.button('Kontakt speichern').click();
    await expect(p.toast('Der Kontakt ist gespeichert.')).toBeVisible();
    await p.goTo('Neue Nachricht');
    await p.addRecipient(mia.address, 'Postfach vorhanden');
    await p.write('Zu spät', 'Das soll nicht ankommen.');

    const dialog = await edit(boss, mia);
    await dialog.getByLabel('Grund').selectOption('Schlüssel in fremder Hand');
    const end = dialog.getByRole('button', { name: 'Postfach endgültig beenden' });
    await expect(end).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('checkbox', { name: 'Ich bin sicher' }).check();
    await boss.look('admin-remove');
    await end.click();
    await expect(boss.toast('Das Postfach ist beendet.')).toBeVisible(CRYPTO);
    await expect(boss.page.getByRole('row', { name: mia.address })).toHaveCount(0);

    await expect(m.page.getByText('Ihre Sitzung ist beendet')).toBeVisible(CRYPTO);
    await p.button('Senden').click();
    await expect(p.alert(), 'looked up before the removal, refused after it').toContainText(`Der Server nennt für ${mia.address} zurzeit keine eigenen Schlüssel`, CRYPTO);
    await p.look('compose-removed');
    await p.goTo('Gesendet');
    await expect(p.row(AFTER)).toBeVisible();
    await expect(p.row('Zu spät')).toHaveCount(0);
    const entry = await contact(p, OWN_NAME);
    await expect(entry).toContainText(mia.address);
    await expect(entry.getByRole('button', { name: /^Nachricht schreiben: / })).toHaveCount(0);
    await p.look('contacts-removed');
    await p.goTo('Neue Nachricht');
    await p.addRecipient(mia.address, 'Dorthin können Sie nicht schreiben.');
    await p.goTo('Posteingang');
    await p.row('Diese Nachricht kann nicht angezeigt werden.').first().click();
    await expect(p.alert(), 'though this session had it open before').toContainText('sind als gestohlen gemeldet');
    await expect(p.row(BEFORE)).toHaveCount(0);
    await p.look('message-stolen');
  });

  test('a partner whose contact has left asks for a password, and an administrator deals with it', async () => {
    await p.signOut();
    await p.page.getByRole('link', { name: 'Kennwort vergessen?' }).click();
    await p.field('E-Mail-Adresse des Postfachs').fill(peter.address);
    await p.button('Neues Initial-Kennwort anfordern').click();
    await expect(p.page.getByText('Wenn es zu dieser Adresse ein Postfach gibt')).toBeVisible();

    await boss.goTo('Eingeladene');
    const requests = boss.page.getByRole('region', { name: 'Anfragen nach einem neuen Initial-Kennwort' });
    await expect(requests).toContainText(peter.address);
    await boss.look('admin-requests');
    await requests.getByRole('button', { name: `Neues Initial-Kennwort ausstellen für ${peter.address}` }).click();
    await boss.button('Ja, ausstellen').click();
    const initial = await boss.readInitialPassword(undefined, 'Das neue Initial-Kennwort ist ausgestellt');
    await expect(requests).toBeHidden();
    const named = async () => (await mailsTo(peter.address)).some((mail) => mail.text?.includes(admin.address));
    await expect.poll(named, { message: 'a mail says by whom', timeout: 30_000 }).toBe(true);

    peter.password = 'Peter+kehrt.2027-zurück';
    await p.firstSignIn(initial);
  });

  test('a limit and a text hold as soon as they are saved', async ({ browser }) => {
    await area(boss, 'Grenzen und Texte');
    const size = boss.field('Größe einer Nachricht in MB');
    const help = boss.field('Hilfe bei der Anmeldung (deutsch)');
    await expect(size).not.toHaveValue('');
    const before = { size: await size.inputValue(), help: await help.inputValue() };
    await help.fill('Noch nicht gespeichert');
    await area(boss, 'Ereignisse');
    await area(boss, 'Grenzen und Texte');
    await expect(boss.page.getByText('ist noch nicht gespeichert')).toBeVisible();
    await expect(help).toHaveValue('Noch nicht gespeichert');
    await boss.look('admin-rules-unsaved');
    await boss.field('Aufbewahrung in Tagen').fill('99999999');
    await boss.button('Speichern').click();
    await expect(boss.alert()).toContainText('eine ganze Zahl von 1 bis 3650');
    await expect(boss.field('Aufbewahrung in Tagen')).toBeFocused();
    await boss.button('Änderungen verwerfen').click();
    await expect(help).toHaveValue(before.help);
    await expect(boss.field('Aufbewahrung in Tagen')).toHaveValue('60');
    await expect(boss.heading('Grenzen und Texte')).toBeFocused();
    await expect(boss.page.getByText('ist noch nicht gespeichert')).toHaveCount(0);
    const change = async (to: typeof before) => {
      await size.fill(to.size);
      await help.fill(to.help);
      await expect(boss.toast('Gespeichert.')).toHaveCount(0);
      await boss.button('Speichern').click();
      await expect(boss.toast('Gespeichert.')).toBeVisible();
    };
    await change({ size: '1', help: HELP });

    const newcomer = await Person.at(browser, partner);
    await newcomer.open();
    await expect(newcomer.page.getByText(HELP)).toBeVisible();
    await newcomer.look('sign-in-help');
    await newcomer.typeSignIn();
    await expect(newcomer.heading('Posteingang')).toBeVisible(CRYPTO);
    await newcomer.goTo('Neue Nachricht');
    await newcomer.attach(makeFile('zu gross.bin', 1_300_000).path);
    await expect(newcomer.alert()).toContainText('erlaubt sind höchstens 1 MB');
    await expect(newcomer.attachments()).toHaveCount(0);

    await change(before);
    await newcomer.page.reload();
    await newcomer.goTo('Neue Nachricht');
    await newcomer.attach(makeFile('zu gross.bin', 1_300_000).path);
    await newcomer.awaitUploads(1);
    await newcomer.button('Entwurf verwerfen').click();
    await newcomer.page.getByRole('dialog').getByRole('button', { name: /^(Entwurf v|V)erwerfen$/ }).click();
    await expect(newcomer.toast('Der Entwurf ist verworfen.')).toBeVisible();
    await newcomer.leave();
  });

  test('the events tell what was done, and by whom', async () => {
    await area(boss, 'Ereignisse');
    await told(boss, 'Adresse geändert', admin);
    await told(boss, 'Postfach durch die Verwaltung beendet', admin);
    await told(boss, 'Neue Schlüssel ausgestellt', admin, 'peter');
    await told(boss, 'Grenzen oder Texte geändert', admin);
    await boss.look('admin-events-chosen');
    await boss.field('Person, betroffen oder handelnd').selectOption(peter.address);
    await expect(boss.page.getByText('Keine Ereignisse dieser Auswahl.')).toBeVisible();
    await boss.field('Ereignis').selectOption('Alle');
    await expect(boss.page.getByRole('rowheader', { name: 'Grenzen oder Texte geändert' })).toHaveCount(0);
    await expect(boss.page.getByRole('rowheader', { name: 'Neue Schlüssel ausgestellt' })).toBeVisible();
    await boss.field('Person, betroffen oder handelnd').selectOption('Alle');
    await boss.field('Ereignis').selectOption('E-Mail abgelehnt');
    await expect(boss.page.getByRole('rowheader', { name: 'E-Mail abgelehnt' }).first()).toBeVisible();
  });

  test('a partner who wants to be deleted is, and is told so at once', async () => {
    const dialog = await edit(boss, peter);
    await expect(dialog).toContainText('Auf Verlangen der Person');
    await expect(dialog.getByLabel('Grund')).toHaveCount(0);
    const end = dialog.getByRole('button', { name: 'Postfach endgültig beenden' });
    await expect(end).toHaveAttribute('aria-disabled', 'true');
    await dialog.getByRole('checkbox', { name: 'Ich bin sicher' }).check();
    await boss.look('admin-remove-partner');
    await end.click();
    await expect(boss.toast('Das Postfach ist beendet.')).toBeVisible(CRYPTO);
    await expect(boss.page.getByRole('row', { name: peter.address })).toHaveCount(0);
    await expect(p.page.getByText('Ihre Sitzung ist beendet')).toBeVisible(CRYPTO);
    await area(boss, 'Ereignisse');
    await told(boss, 'Postfach durch die Verwaltung beendet', admin);
  });
});

test.describe('the organisation\'s key', () => {
  test.describe.configure({ mode: 'serial' });

  let boss: Person;
  let z: Person;
  let d: Person;
  let copy: string;

  test.beforeAll(async ({ browser }) => {
    [boss, z, d] = [await Person.at(browser, admin), await Person.at(browser, second), await Person.at(browser, third)];
    for (const person of [boss, z, d]) person.watch.expectError(/status of 40[13]/);
  });

  test.afterAll(async () => {
    for (const person of [boss, z, d]) await person.leave();
  });

  async function show(person: Person): Promise<string> {
    await area(person, 'Schlüssel der Organisation');
    await expect(person.page.getByText('Sie haben den Schlüssel der Organisation.')).toBeVisible();
    await person.field('Ihr Kennwort').fill('Nicht+dieses.2026');
    await person.button('Schlüssel anzeigen und drucken').click();
    await expect(person.alert()).toContainText('Das Passwort stimmt nicht; es wurde nichts verändert.', CRYPTO);
    await person.field('Ihr Kennwort').fill(person.who.password);
    await person.button('Schlüssel anzeigen und drucken').click();
    await expect(person.page.locator('main .secret')).toBeVisible(CRYPTO);
    return (await person.page.locator('main .secret').innerText()).trim();
  }

  test('a second administrator is invited, gets the key, and makes a third with it', async () => {
    await boss.signIn();
    await z.firstSignIn(await invite(boss, second, 'Administration'));
    await area(z, 'Schlüssel der Organisation');
    await expect(z.page.getByText('Sie haben den Schlüssel der Organisation noch nicht.')).toBeVisible();
    await z.goTo('Verwaltung');
    await z.field('Name').fill(third.name!);
    await z.field('E-Mail-Adresse').fill(third.address);
    await z.field('Rolle').selectOption('Administration');
    await z.button('Einladen').click();
    await expect(z.alert(), 'not without the key').toContainText('Schlüssel der Organisation', CRYPTO);
    await z.look('admin-without-key');

    const dialog = await edit(boss, second);
    await boss.look('admin-second');
    await dialog.getByRole('button', { name: 'Schlüssel der Organisation übergeben' }).click();
    await expect(boss.toast(/^Der Schlüssel ist verschlüsselt hinterlegt/)).toBeVisible(CRYPTO);
    await dialog.getByRole('button', { name: 'Schließen' }).click();
    await expect(boss.page.getByRole('row', { name: second.address })).toContainText('Schlüssel der Organisation liegt bereit');

    await z.signOut();
    await z.signIn();
    copy = await show(z);
    secretText('copy of the root, shown again', copy);
    await z.look('admin-key-shown');
    await area(boss, 'Personen');
    await expect(boss.page.getByRole('row', { name: second.address }), 'its link looks again').not.toContainText('liegt bereit');
    await d.firstSignIn(await invite(z, third, 'Administration'));
    await awaitMail(third.address);
    await area(boss, 'Ereignisse');
    await told(boss, 'Schlüssel der Organisation übergeben', admin, second.name);
    await told(boss, 'Eingeladen', second, third.name);
  });

  test('an administrator without the key takes it over from the printed copy, for good', async () => {
    await area(d, 'Schlüssel der Organisation');
    await d.field('Schlüssel vom Ausdruck').fill(copy.replace(/^./, (it) => (it === '0' ? '1' : '0')));
    await d.button('Schlüssel übernehmen').click();
    await expect(d.alert()).toContainText('Das ist nicht der Schlüssel dieser Organisation.');
    await d.look('admin-key-wrong');
    await d.field('Schlüssel vom Ausdruck').fill(copy.toLowerCase());
    await d.button('Schlüssel übernehmen').click();
    await expect(d.toast('Der Schlüssel ist übernommen.')).toBeVisible();
    await d.signOut();
    await d.signIn();
    expect(await show(d), 'all copies are of one key').toBe(copy);
    await d.page.evaluate(() => (window.print = () => undefined));
    await d.button('Schlüssel drucken').click();
    await d.page.emulateMedia({ media: 'print' });
    await expect(d.page.getByText('Streng vertraulich. Im Tresor verwahren.')).toBeVisible();
    await expect(d.page.locator('.print-area').getByText(copy)).toBeVisible();
    await d.page.emulateMedia({ media: null });
  });

  test('an administrator who is removed leaves the organisation with a new key', async () => {
    const dialog = await edit(boss, second);
    await expect(dialog).toContainText('Der bisherige Ausdruck gilt dann nicht mehr');
    await dialog.getByLabel('Grund').selectOption('Schlüssel in fremder Hand');
    await dialog.getByRole('checkbox', { name: 'Ich bin sicher' }).check();
    await boss.look('admin-remove-administrator');
    await dialog.getByRole('button', { name: 'Postfach endgültig beenden' }).click();
    await expect(boss.heading('Neuer Schlüssel der Organisation')).toBeVisible(CRYPTO);
    await expect(boss.heading('Neuer Schlüssel der Organisation')).toBeFocused();
    const renewed = (await boss.page.locator('#root-copy').innerText()).trim();
    secretText('copy of the new root', renewed);
    expect(renewed).not.toBe(copy);
    await boss.look('admin-new-key');
    await boss.button('Zurück zu den Personen').click();
    await expect(boss.alert(), 'the new key must be safe first').toContainText('Bitte bestätigen Sie zuerst');
    await boss.page.getByRole('checkbox', { name: 'Ich habe den Schlüssel ausgedruckt' }).check();
    await boss.button('Zurück zu den Personen').click();
    await expect(boss.page.getByRole('row', { name: third.address })).toBeVisible();
    await expect(boss.page.getByRole('row', { name: second.address })).toHaveCount(0);
    await expect(z.page.getByText('Ihre Sitzung ist beendet')).toBeVisible(CRYPTO);

    await d.signOut();
    await d.signIn();
    expect(await show(d), 'who stays has the new key').toBe(renewed);
    await area(boss, 'Ereignisse');
    await told(boss, 'Postfach durch die Verwaltung beendet', admin, second.address);
    await told(boss, 'Schlüssel der Organisation gewechselt', admin);
  });

  test('whoever has the printed copy makes a new administrator by a link of the operator\'s', async ({ browser }) => {
    const fourth: Who = { name: 'Nora Neu', address: 'nora.neu@kbs.example', password: 'Nora+kommt.2026-neu' };
    secretText(`password of ${fourth.address}`, fourth.password);
    const valid = await show(boss);
    const person = await Person.at(browser, fourth);
    person.watch.expectError(/status of 40[0-9]/);
    const link = await control('administrator-link');
    await person.page.goto(link);
    await expect(person.heading('Verwaltung wiederherstellen')).toBeVisible();
    const fill = async (key: string): Promise<void> => {
      await person.field('Schlüssel vom Ausdruck').fill(key);
      await person.field('Ihr Name').fill(fourth.name!);
      await person.field('E-Mail-Adresse').fill(fourth.address);
      await person.field('Neues Passwort').fill(fourth.password);
      await person.field('Neues Passwort wiederholen').fill(fourth.password);
      await person.button('Zugang erzeugen').click();
    };
    await fill(copy);
    await expect(person.alert(), 'the key before the removal').toContainText('Das ist nicht der Schlüssel dieser Organisation.', CRYPTO);
    await person.look('admin-restore');
    await fill(valid);
    await expect(person.heading('Wiederherstellungscode')).toBeVisible(CRYPTO);
    await person.keepRecoveryCode();
    expect(await show(person)).toBe(valid);
    await area(person, 'Ereignisse');
    await told(person, 'Verwaltung mit dem Ausdruck wiederhergestellt', fourth);
    await person.leave();
  });
});
