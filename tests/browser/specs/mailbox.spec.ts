// The mailbox's own life: drafts on two devices, the bin with its way back, what became of a sent message.

import { expect, test, type Browser } from '@playwright/test';
import { makeFile } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';

const reader: Who = { ...staff, address: 'mara.muster@traeger.example', password: 'Mohnblume-Regen-Treppe-4' };

test.describe.configure({ mode: 'serial' });

async function signedIn(browser: Browser, who: Who): Promise<Person> {
  const person = await Person.at(browser, who);
  await person.signIn();
  return person;
}

const goTo = async (person: Person, name: string, heading = name): Promise<void> => {
  await person.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name, exact: true }).click();
  await expect(person.heading(heading)).toBeVisible();
};

const draftRow = (person: Person, subject: string) =>
  person.page.getByRole('list', { name: 'Entwürfe, zuletzt geänderte zuerst' }).getByRole('listitem').filter({ hasText: subject });

const saved = (person: Person) => person.page.getByText('Der Entwurf ist gesichert, auf allen Ihren Geräten.');

test('somebody joins who reads', async ({ browser }) => {
  const inviter = await signedIn(browser, staff);
  await inviter.goTo('Neue Nachricht');
  await inviter.addRecipient(reader.address, 'noch kein Postfach');
  const initial = await inviter.makeMailbox();
  await inviter.leave();
  const person = await Person.at(browser, reader);
  await person.firstSignIn(initial);
  await person.leave();
});

test('a draft follows its writer to another device, and a conflict keeps both', async ({ browser }) => {
  secretText('subject of the shared draft', 'Entwurf Pirol');
  const desk = await signedIn(browser, staff);
  await desk.goTo('Neue Nachricht');
  await desk.addRecipient(reader.address, 'Postfach vorhanden');
  await desk.write('Entwurf Pirol', 'Am Schreibtisch begonnen.');
  await desk.attach(makeFile('pirol.bin', 40_000).path);
  await desk.awaitUploads(1);
  await expect(saved(desk)).toBeVisible();

  const phone = await signedIn(browser, staff);
  await goTo(phone, 'Entwürfe');
  await expect(draftRow(phone, 'Entwurf Pirol')).toContainText('1 Anhang');
  await phone.look('drafts');
  await draftRow(phone, 'Entwurf Pirol').getByRole('link').click();
  await expect(phone.field('Nachricht')).toHaveValue('Am Schreibtisch begonnen.');
  await phone.awaitUploads(1);

  // Both write; the page that is not told in time keeps its own as a second draft.
  await desk.page.route('**/api/v1/drafts/**', (route) => (route.request().method() === 'PUT' ? setTimeout(() => void route.continue(), 4000) : void route.continue()));
  await desk.field('Nachricht').fill('Am Schreibtisch weiter.');
  await phone.field('Nachricht').fill('Unterwegs weiter.');
  await expect(saved(phone)).toBeVisible();
  await expect(desk.page.getByText(/Beide Fassungen liegen unter/)).toBeVisible({ timeout: 20_000 });
  await desk.page.unrouteAll({ behavior: 'wait' });
  await expect(desk.field('Nachricht')).toHaveValue('Am Schreibtisch weiter.');
  await desk.look('draft-conflict');
  await goTo(phone, 'Entwürfe');
  await expect(draftRow(phone, 'Entwurf Pirol')).toHaveCount(2);
  await expect(draftRow(phone, 'Konflikt')).toHaveCount(1);
  await phone.page.getByRole('button', { name: /^Entwurf verwerfen: Entwurf Pirol/ }).last().click();
  await phone.page.getByRole('dialog').getByRole('button', { name: 'Entwurf verwerfen' }).click();
  await expect(draftRow(phone, 'Entwurf Pirol')).toHaveCount(1);
  await phone.leave();

  // What was typed a moment ago outlives a page that is closed at once.
  await desk.field('Betreff').fill('Entwurf Pirol, letzter Stand');
  await desk.page.waitForFunction(() => Object.keys(localStorage).some((key) => key.startsWith('kbs-draft-')));
  await desk.page.goto('about:blank');
  await desk.page.goBack();
  await expect(desk.field('Betreff')).toHaveValue('Entwurf Pirol, letzter Stand', { timeout: 30_000 });
  await desk.awaitUploads(1);
  await desk.send();
  await goTo(desk, 'Entwürfe');
  await expect(draftRow(desk, 'Entwurf Pirol')).toHaveCount(0);
  await desk.leave();
});

test('a file that was on its way when its writer left is asked about, and named by the draft', async ({ browser }) => {
  secretText('subject of the draft that lacks a file', 'Entwurf Rohrdommel');
  const writer = await signedIn(browser, staff);
  await writer.goTo('Neue Nachricht');
  await writer.addRecipient(reader.address, 'Postfach vorhanden');
  await writer.write('Entwurf Rohrdommel', 'Anbei die Liste.');
  await writer.page.route('**/api/v1/uploads/*/parts/**', () => {});
  const list = makeFile('rohrdommel.bin', 60_000);
  await writer.attach(list.path);
  await expect(writer.attachments()).toContainText('wird verschlüsselt und übertragen');
  await writer.openMenu();
  await writer.page.getByRole('menuitem', { name: 'Abmelden' }).click();
  const asking = writer.page.getByRole('dialog', { name: 'Trotzdem abmelden?' });
  await expect(asking).toContainText('rohrdommel.bin');
  await writer.look('sign-out-asked');
  await asking.getByRole('button', { name: 'Abbrechen' }).click();
  await expect(writer.button(/^Konto: /)).toBeFocused();
  await expect(writer.page.getByText('auf allen Ihren Geräten; es fehlen noch Dateien.')).toBeVisible();
  await writer.openMenu();
  await writer.page.getByRole('menuitem', { name: 'Abmelden' }).click();
  await asking.getByRole('button', { name: 'Abmelden' }).click();
  await expect(writer.page.getByText('Sie sind abgemeldet.')).toBeVisible();
  await writer.page.unrouteAll({ behavior: 'ignoreErrors' });

  await writer.signIn();
  await goTo(writer, 'Entwürfe');
  await draftRow(writer, 'Entwurf Rohrdommel').getByRole('link').click();
  await expect(writer.attachments()).toContainText('fehlt: bitte noch einmal hinzufügen');
  await writer.button('Senden').click();
  await expect(writer.alert()).toContainText('„rohrdommel.bin“ war noch nicht auf dem Server');
  await expect(writer.button('Anhang hinzufügen')).toBeFocused();
  await writer.look('draft-lacks-a-file');
  await writer.attach(list.path);
  await writer.awaitUploads(1);
  await expect(writer.attachments()).toHaveCount(1);
  await writer.button('Entwurf verwerfen').click();
  await writer.page.getByRole('dialog').getByRole('button', { name: 'Entwurf verwerfen' }).click();
  await expect(writer.heading('Entwürfe')).toBeVisible();
  await writer.leave();
});

test('what is typed while another device\'s version is fetched is not written over', async ({ browser }) => {
  secretText('subject of the second shared draft', 'Entwurf Wiedehopf');
  const desk = await signedIn(browser, staff);
  await desk.goTo('Neue Nachricht');
  await desk.addRecipient(reader.address, 'Postfach vorhanden');
  await desk.write('Entwurf Wiedehopf', 'Anfang.');
  await expect(saved(desk)).toBeVisible();
  const phone = await signedIn(browser, staff);
  await goTo(phone, 'Entwürfe');
  await draftRow(phone, 'Entwurf Wiedehopf').getByRole('link').click();
  await expect(phone.field('Nachricht')).toHaveValue('Anfang.');
  const fetched = (method: string, url: string) => method === 'GET' && /\/drafts\/./.test(url);
  await desk.page.route('**/api/v1/drafts/*', (route) =>
    fetched(route.request().method(), route.request().url()) ? setTimeout(() => void route.continue(), 3000) : void route.continue());
  const asked = desk.page.waitForRequest((it) => fetched(it.method(), it.url()));
  await phone.field('Nachricht').fill('Unterwegs weiter.');
  await asked;
  await desk.field('Nachricht').fill('Am Schreibtisch weiter.');
  await expect(desk.page.getByText(/Beide Fassungen liegen unter/)).toBeVisible({ timeout: 20_000 });
  await expect(desk.field('Nachricht')).toHaveValue('Am Schreibtisch weiter.');
  await desk.page.unrouteAll({ behavior: 'wait' });
  await goTo(desk, 'Entwürfe');
  await expect(draftRow(desk, 'Entwurf Wiedehopf')).toHaveCount(2);
  await phone.leave();
  await desk.leave();
});

test('of two newer versions in a row the last one is shown and written on', async ({ browser }) => {
  const subject = 'Entwurf Neuntöter';
  secretText('subject of the third shared draft', subject);
  const desk = await signedIn(browser, staff);
  await desk.goTo('Neue Nachricht');
  await desk.write(subject, 'Anfang.');
  await expect(saved(desk)).toBeVisible();
  const phone = await signedIn(browser, staff);
  await goTo(phone, 'Entwürfe');
  await draftRow(phone, subject).getByRole('link').click();
  await expect(phone.field('Nachricht')).toHaveValue('Anfang.');
  // The first version is on its way to the desk until the second one is there.
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  const answered = new Promise<void>((resolve) =>
    void desk.page.route('**/api/v1/drafts/*', async (route) => {
      if (route.request().method() !== 'GET') return route.continue();
      const response = await route.fetch();
      resolve();
      await held;
      await route.fulfill({ response });
    }));
  await phone.field('Nachricht').fill('Unterwegs weiter.');
  await answered;
  await phone.field('Nachricht').fill('Unterwegs zu Ende.');
  await expect(saved(phone)).toBeVisible();
  letGo();
  await expect(desk.field('Nachricht')).toHaveValue('Unterwegs zu Ende.');
  await desk.page.unrouteAll({ behavior: 'wait' });
  await desk.field('Nachricht').fill('Am Schreibtisch beendet.');
  await expect(saved(desk)).toBeVisible();
  await goTo(desk, 'Entwürfe');
  await expect(draftRow(desk, subject)).toHaveCount(1);
  await draftRow(desk, subject).getByRole('button', { name: /^Entwurf verwerfen/ }).click();
  await desk.page.getByRole('dialog').getByRole('button', { name: 'Entwurf verwerfen' }).click();
  await expect(draftRow(desk, subject)).toHaveCount(0);
  await phone.leave();
  await desk.leave();
});

test('who signs out where the server cannot be reached learns what is not there', async ({ browser }) => {
  secretText('subject of the draft that is on the device alone', 'Entwurf Wachtelkönig');
  const person = await signedIn(browser, staff);
  person.watch.expectError(/ERR_FAILED/);
  await person.goTo('Neue Nachricht');
  await person.page.route(/\/api\/v1\/(drafts|session$)/, (route) => route.abort());
  await person.write('Entwurf Wachtelkönig', 'Unterwegs geschrieben.');
  await expect(person.page.getByText('nur auf diesem Gerät gesichert')).toBeVisible();
  await person.openMenu();
  await person.page.getByRole('menuitem', { name: 'Abmelden' }).click();
  const asking = person.page.getByRole('dialog', { name: 'Trotzdem abmelden?' });
  await expect(asking).toContainText('Ihr Entwurf ist noch nicht auf dem Server.');
  await asking.getByRole('button', { name: 'Abmelden' }).click();
  await expect(person.page.getByText('Sie sind hier abgemeldet. Der Server war nicht zu erreichen')).toBeVisible({ timeout: 30_000 });
  await person.page.unrouteAll({ behavior: 'ignoreErrors' });
  await person.signIn();
  await goTo(person, 'Entwürfe');
  await expect(draftRow(person, 'Entwurf Wachtelkönig'), 'kept by the device').toBeVisible();
  await person.leave();
});

test('a draft is thrown away while it is being saved, and where that does not work it is said and stays', async ({ browser }) => {
  const subject = 'Entwurf Ziegenmelker';
  secretText('subject of the draft that is thrown away', subject);
  const person = await signedIn(browser, staff);
  person.watch.expectError(/ERR_FAILED/);
  await person.goTo('Neue Nachricht');
  await person.write(subject, 'Anfang.');
  await expect(saved(person)).toBeVisible();
  const discard = async (): Promise<void> => {
    await person.button('Entwurf verwerfen').click();
    await person.page.getByRole('dialog').getByRole('button', { name: 'Entwurf verwerfen' }).click();
  };
  await person.page.route('**/api/v1/drafts/*', (route) => (route.request().method() === 'DELETE' ? route.abort() : route.continue()));
  await discard();
  await expect(person.alert()).toContainText('Der Server ist nicht erreichbar.');
  await expect(person.field('Nachricht')).toHaveValue('Anfang.');
  await person.page.unrouteAll({ behavior: 'wait' });
  await person.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(person.alert(), 'it holds no more').toHaveCount(0);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await person.page.route('**/api/v1/drafts/*', async (route) => {
    if (route.request().method() === 'PUT') await held;
    await route.continue();
  });
  const saving = person.page.waitForRequest((it) => it.method() === 'PUT' && it.url().includes('/drafts/'));
  await person.field('Nachricht').fill('Weiter.');
  await saving;
  await discard();
  await expect(person.page.getByText('Der Entwurf wird verworfen …')).toBeVisible();
  await expect(person.field('Nachricht'), 'nobody writes what is going to be lost').toBeDisabled();
  letGo();
  await expect(person.toast('Der Entwurf ist verworfen.')).toBeVisible();
  await expect(draftRow(person, subject)).toHaveCount(0);
  await person.page.unrouteAll({ behavior: 'wait' });
  await person.page.reload();
  await expect(person.heading('Entwürfe')).toBeVisible({ timeout: 30_000 });
  await expect(draftRow(person, subject)).toHaveCount(0);
  await person.leave();
});

test('a list that was asked for before something was deleted does not bring it back', async ({ browser }) => {
  const person = await signedIn(browser, reader);
  const subject = 'Entwurf Pirol, letzter Stand';
  await person.read(subject);
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  // What is asked for now, by the list and by the count, is answered now, and arrives later.
  let later = true;
  let underWay = 0;
  await person.page.route(/\/api\/v1\/messages\?folder=inbox/, async (route) => {
    if (!later) return route.continue();
    const response = await route.fetch();
    underWay += 1;
    await held;
    await route.fulfill({ response });
  });
  await person.button('Als ungelesen markieren').click();
  await expect.poll(() => underWay).toBeGreaterThan(0);
  await person.page.waitForTimeout(500);
  later = false;
  await person.page.getByRole('checkbox', { name: `Auswählen: ${subject}` }).check();
  await person.button('Löschen').click();
  await expect(person.row(subject)).toBeHidden();
  letGo();
  await person.page.waitForTimeout(1000);
  await expect(person.row(subject)).toHaveCount(0);
  await person.page.getByRole('status', { name: 'Hinweise' }).getByRole('button', { name: 'Rückgängig' }).click();
  await expect(person.row(subject)).toBeVisible();
  await person.leave();
});

test('what is deleted comes back, until the bin is emptied', async ({ browser }) => {
  const person = await signedIn(browser, reader);
  const subject = 'Entwurf Pirol, letzter Stand';
  await person.read(subject);
  await person.page.getByRole('article').getByRole('button', { name: 'Löschen' }).click();
  await expect(person.row(subject)).toBeHidden();
  await person.page.getByRole('status', { name: 'Hinweise' }).getByRole('button', { name: 'Rückgängig' }).click();
  await expect(person.row(subject)).toBeVisible();
  await expect(person.toast('Die Nachricht ist wieder da.')).toBeVisible();
  await person.page.getByRole('checkbox', { name: `Auswählen: ${subject}` }).check();
  await person.button('Löschen').click();
  // Sooner than it goes by itself.
  await expect(person.toast('Die Nachricht liegt im Papierkorb.')).toBeVisible();
  await expect(person.toast('Die Nachricht ist wieder da.'), 'it is not any more').toHaveCount(0, { timeout: 2000 });
  await person.page.getByRole('status', { name: 'Hinweise' }).getByRole('button', { name: 'Rückgängig' }).click();
  await expect(person.row(subject)).toBeVisible();
  // By the keyboard, and from the bin.
  await person.page.getByRole('checkbox', { name: `Auswählen: ${subject}` }).focus();
  await person.page.keyboard.press('Space');
  await expect(person.page.getByText('1 ausgewählt')).toBeVisible();
  await person.look('inbox-selection');
  await person.button('Löschen').click();
  await expect(person.row(subject)).toBeHidden();
  await goTo(person, 'Papierkorb');
  await expect(person.row(subject), 'when it goes from here').toContainText('noch 7 Tage');
  await person.look('bin');
  await person.page.getByRole('checkbox', { name: 'Alle auswählen' }).check();
  await expect(person.toast('Die Nachricht liegt im Papierkorb.')).toBeVisible();
  await person.button('Wiederherstellen').click();
  await expect(person.page.getByText(/Der Papierkorb ist leer/)).toBeVisible();
  await expect(person.toast('Die Nachricht ist wieder da.')).toBeVisible();
  await expect(person.toast('Die Nachricht liegt im Papierkorb.'), 'there is nothing to undo').toHaveCount(0);
  await person.goTo('Posteingang');
  await person.page.getByRole('checkbox', { name: `Auswählen: ${subject}` }).check();
  await person.button('Löschen').click();
  await goTo(person, 'Papierkorb');
  await person.button('Papierkorb leeren').click();
  await person.page.getByRole('dialog').getByRole('button', { name: 'Papierkorb leeren' }).click();
  await expect(person.row(subject)).toBeHidden();
  await person.leave();
});

test('the sender sees what became of a message, and takes it back while nobody has opened it', async ({ browser }) => {
  const sender = await signedIn(browser, staff);
  for (const subject of ['Wird geöffnet', 'Wird zurückgerufen']) {
    await sender.goTo('Neue Nachricht');
    await sender.addRecipient(reader.address, 'Postfach vorhanden');
    await sender.write(subject, 'Text');
    if (subject === 'Wird geöffnet') {
      await sender.attach(makeFile('beleg.pdf', 5000).path);
      await sender.awaitUploads(1);
    }
    await sender.send();
    await expect(sender.row(subject)).toContainText('zugestellt');
  }
  const person = await signedIn(browser, reader);
  await expect(person.row('Wird zurückgerufen')).toBeVisible();
  const inbox = person.page.getByRole('link', { name: 'Posteingang', exact: true });
  await expect(inbox).toHaveAccessibleDescription('2 ungelesen');
  await sender.row('Wird geöffnet').click();
  await expect(sender.page.getByText('Noch nicht geöffnet')).toBeVisible();
  await person.read('Wird geöffnet');
  await expect(inbox).toHaveAccessibleDescription('1 ungelesen');
  await expect(sender.page.getByText(/^Geöffnet am/), 'while it is open').toBeVisible();
  await sender.goTo('Gesendet');
  await expect(sender.row('Wird geöffnet')).toContainText('geöffnet');
  await person.save(person.button('Speichern: beleg.pdf'));
  await expect(sender.row('Wird geöffnet')).toContainText('Anhänge gespeichert');
  await sender.row('Wird geöffnet').click();
  await expect(sender.page.getByText(/^Geöffnet am/)).toBeVisible();
  await expect(sender.button('Zurückrufen')).toBeHidden();
  await sender.look('delivery');
  await sender.row('Wird zurückgerufen').click();
  await expect(sender.heading('Wird zurückgerufen')).toBeVisible();
  await sender.button('Zurückrufen').click();
  await sender.look('recall-asking');
  await sender.page.getByRole('dialog').getByRole('button', { name: 'Zurückrufen' }).click();
  await expect(sender.page.getByText(/Sie haben diese Nachricht am .* zurückgerufen/)).toBeVisible();
  await expect(sender.row('Wird zurückgerufen')).toContainText('zurückgerufen');
  await expect(person.row('Wird zurückgerufen'), 'it goes from an open list by itself').toBeHidden();
  await expect(inbox).toHaveAccessibleDescription('');
  await person.leave();
  await sender.leave();
});

test('a message goes on to somebody else with its files, and its sender hears nothing of that', async ({ browser }) => {
  const subject = 'Wird geöffnet';
  const person = await signedIn(browser, reader);
  await person.read(subject);
  const saved = await person.save(person.button('Speichern: beleg.pdf'));
  await person.look('message-actions');
  await person.button('Weiterleiten').click();
  await expect(person.heading('Weiterleitung')).toBeVisible();
  await expect(person.field('Betreff')).toHaveValue(`WG: ${subject}`);
  await expect(person.field('Nachricht')).toHaveValue(/schrieb am .* an .*:\n\n> Text\n$/);
  await person.awaitUploads(1);
  await person.addRecipient(staff.address, 'Postfach vorhanden');
  await person.send();
  await person.leave();
  const next = await signedIn(browser, staff);
  await next.read(`WG: ${subject}`);
  const again = await next.save(next.button('Speichern: beleg.pdf'));
  expect(again.bytes.equals(saved.bytes)).toBe(true);
  await expect(next.page.getByRole('region', { name: 'Unterhaltung' }), 'it is no answer').toHaveCount(0);
  await next.leave();
});

test('a message that was read counts as new again, for its reader alone', async ({ browser }) => {
  const subject = 'Wird geöffnet';
  const person = await signedIn(browser, reader);
  const inbox = person.page.getByRole('link', { name: 'Posteingang', exact: true });
  const row = person.row(subject);
  const isNew = row.getByText('Neu', { exact: true });
  await row.click();
  await expect(person.heading(subject)).toBeVisible();
  await expect(isNew).toHaveCount(0);
  await person.button('Als ungelesen markieren').click();
  await expect(person.heading('Posteingang')).toBeVisible();
  await expect(isNew).toBeVisible();
  await expect(inbox).toHaveAccessibleDescription('1 ungelesen');
  const sender = await signedIn(browser, staff);
  await sender.goTo('Gesendet');
  await expect(sender.row(subject)).toContainText('Anhänge gespeichert');
  await sender.leave();
  await row.click();
  await expect(inbox).toHaveAccessibleDescription('');
  await person.goTo('Posteingang');
  await person.page.getByRole('checkbox', { name: `Auswählen: ${subject}` }).check();
  await person.button('Als ungelesen markieren').click();
  await expect(isNew).toBeVisible();
  await person.leave();
});

test('an answer that was only begun leaves no draft, one that was written does', async ({ browser }) => {
  const subject = 'Wird geöffnet';
  const person = await signedIn(browser, reader);
  const begin = async (): Promise<void> => {
    await person.row(subject).click();
    await person.button('Antworten').click();
    await expect(person.heading('Antwort')).toBeVisible();
  };
  const saves = (): number => person.watch.requests.filter((it) => it.method() === 'PUT' && /\/drafts\/[^/]+$/.test(new URL(it.url()).pathname)).length;
  await begin();
  // Longer than until a draft is saved.
  await person.page.waitForTimeout(4000);
  await person.goTo('Neue Nachricht');
  await person.goTo('Posteingang');
  await begin();
  await person.goTo('Posteingang');
  // Nor does a message that goes on with its files.
  await person.row(subject).click();
  await person.button('Weiterleiten').click();
  await person.awaitUploads(1);
  await expect(person.field('An')).toBeFocused();
  await goTo(person, 'Entwürfe');
  await expect(person.page.getByText('Sie haben keine Entwürfe.')).toBeVisible();
  expect(saves()).toBe(0);
  await person.goTo('Posteingang');
  await begin();
  await person.field('Nachricht').press('A');
  await goTo(person, 'Entwürfe');
  await expect(draftRow(person, `AW: ${subject}`)).toHaveCount(1);
  await person.leave();
});

test('another message begins when the one before has left, and nothing that is written in it is lost', async ({ browser }) => {
  const [first, second] = ['Zuerst die Nachtigall', 'Danach der Sprosser'];
  secretText('subject of the message on its way', first);
  secretText('subject of the message after it', second);
  const person = await signedIn(browser, staff);
  await person.goTo('Neue Nachricht');
  await person.addRecipient(reader.address, 'Postfach vorhanden');
  await person.write(first, 'Unterwegs.');
  let letGo = () => {};
  const held = new Promise<void>((resolve) => (letGo = resolve));
  await person.page.route('**/commit', async (route) => {
    await held;
    await route.continue();
  });
  const leaving = person.page.waitForRequest((it) => it.url().endsWith('/commit'));
  await person.button('Senden').click();
  await leaving;
  await person.page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Neue Nachricht' }).click();
  await expect(person.field('Betreff')).toHaveCount(0);
  letGo();
  await expect(person.toast('Die Nachricht ist gesendet.')).toBeVisible({ timeout: 60_000 });
  await expect(person.field('Betreff')).toHaveValue('');
  await person.write(second, 'Noch nicht.');
  await expect(saved(person)).toBeVisible();
  await expect(person.heading('Neue Nachricht')).toBeVisible();
  await goTo(person, 'Entwürfe');
  await expect(draftRow(person, second)).toHaveCount(1);
  await expect(draftRow(person, first)).toHaveCount(0);
  await person.goTo('Gesendet');
  await expect(person.row(first)).toBeVisible();
  await person.leave();
});
