// Sessions and drafts: refresh, second tab, wrong password, sign-out, a server that goes away for a moment.

import { expect, test } from '@playwright/test';
import { makeFile } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { organisation, otherPartner, partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { control } from '../support/stage.ts';

test('a wrong password is refused in a sentence, and says nothing about the mailbox', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  person.watch.expectError(/status of 401/);
  await person.open();
  await person.typeSignIn('Falsches-Kennwort-1!');
  await expect(person.alert()).toBeVisible({ timeout: 30_000 });
  const known = await person.alert().innerText();
  await person.look('wrong-password');
  await person.field('Kennwort').fill('');
  await person.button('Anmelden').click();
  await expect(person.page.getByText('Bitte füllen Sie dieses Feld aus.')).toBeVisible();
  await expect(person.page.getByText(known), 'what was wrong before is not said any more').toHaveCount(0);
  await person.field('E-Mail-Adresse').fill('niemand@nirgendwo');
  await person.field('Kennwort').fill('Falsches-Kennwort-1!');
  await person.button('Anmelden').click();
  await expect(person.alert()).toContainText('keine gültige E-Mail-Adresse');
  await expect(person.field('E-Mail-Adresse')).toBeFocused();
  await person.field('E-Mail-Adresse').fill('niemand@nirgendwo.example');
  await person.field('Kennwort').fill('Falsches-Kennwort-1!');
  await person.button('Anmelden').click();
  await expect(person.page.getByText('Sie werden angemeldet.')).toBeHidden({ timeout: 30_000 });
  expect(await person.alert().innerText()).toBe(known);
  await person.leave();
});

/** Holds the worker's module back; what it gives lets it come, or not. */
async function holdWorker(person: Person): Promise<(comes: boolean) => void> {
  let decide: (comes: boolean) => void = () => {};
  const decided = new Promise<boolean>((resolve) => (decide = resolve));
  await person.page.route('**/worker_bg.wasm', async (route) => ((await decided) ? route.continue() : route.abort()));
  return decide;
}

test('one types while the rest is loading, and is signed in when it is there', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const decide = await holdWorker(person);
  await person.open();
  await person.typeSignIn();
  await expect(person.page.getByText('Sie werden angemeldet.')).toBeVisible();
  await expect(person.field('E-Mail-Adresse')).toHaveValue(staff.address);
  decide(true);
  await expect(person.heading('Posteingang')).toBeVisible({ timeout: 60_000 });
  await person.leave();
});

test('where the rest does not load, it says so and the address stays', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  person.watch.expectError(/ERR_FAILED|Failed to (load|fetch)/);
  const decide = await holdWorker(person);
  await person.open();
  await person.typeSignIn();
  decide(false);
  await expect(person.alert()).toBeVisible();
  await person.page.unrouteAll();
  await person.button('Noch einmal versuchen').click();
  await expect(person.field('E-Mail-Adresse')).toHaveValue(staff.address);
  await person.field('Kennwort').fill(staff.password);
  await person.button('Anmelden').click();
  await expect(person.heading('Posteingang')).toBeVisible({ timeout: 60_000 });
  await person.leave();
});

test('a refresh keeps the session, and a second tab has it too', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  await person.signIn();
  await person.page.reload();
  await expect(person.heading('Posteingang')).toBeVisible();
  await expect(person.button('Anmelden')).toBeHidden();
  const tab = await person.newTab('/mail/sent');
  await expect(tab.getByRole('heading', { name: 'Gesendet', level: 1 })).toBeVisible();
  await person.signOut();
  await expect(tab.getByRole('button', { name: 'Anmelden', exact: true }), 'sign-out ends the other tab').toBeVisible();
  await person.page.reload();
  await expect(person.button('Anmelden')).toBeVisible();
  await person.leave();
});

test('a refresh keeps the draft, sealed on the device and on the server', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const [subject, text] = ['Entwurf mit Umlauten äöü 4712', 'Noch nicht fertig, aber schon geheim: Plan Kormoran.'];
  secretText('subject of the draft', subject);
  secretText('text of the draft', text);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await person.addRecipient(partner.address, 'Postfach vorhanden');
  await person.write(subject, text);
  const file = makeFile('entwurf-anlage.bin', 70_000);
  await person.attach(file.path);
  await person.awaitUploads(1);
  const kept = async () => JSON.stringify(await person.page.evaluate(() => ({ ...localStorage, ...sessionStorage })));
  await expect.poll(async () => (await kept()).includes('kbs-draft-') || (await person.page.getByText('Der Entwurf ist gesichert').isVisible())).toBe(true);
  await person.page.reload();
  await expect(person.heading('Neue Nachricht')).toBeVisible();
  await expect(person.field('Betreff')).toHaveValue(subject);
  await expect(person.field('Nachricht')).toHaveValue(text);
  await person.awaitUploads(1);
  for (const secret of [subject, text, 'Kormoran', staff.password, file.name]) {
    expect(await kept(), 'nothing readable on the device').not.toContain(secret);
  }
  await person.send();
  await person.leave();
});

test('a crash of the server in the middle of an upload loses nothing', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  person.watch.expectError(/ERR_|Failed to fetch|Failed to load resource/);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await person.addRecipient(partner.address, 'Postfach vorhanden');
  await person.write('Trotz Absturz angekommen', 'Der Server war kurz weg.');
  const begun = person.page.waitForRequest((request) => request.method() === 'PUT' && request.url().includes('/parts/'));
  await person.attach(makeFile('absturz.bin', 9_000_000).path);
  await begun.catch(() => undefined);
  await control('kill');
  await control('start');
  await person.awaitUploads(1);
  await person.send();
  await person.leave();
});

test('partners learn nothing of one another', async ({ browser }) => {
  const inviter = await Person.at(browser, staff);
  await inviter.signIn();
  await inviter.goTo('Neue Nachricht');
  await inviter.addRecipient(otherPartner.address, 'noch kein Postfach');
  const initial = await inviter.makeMailbox();
  await inviter.leave();

  const other = await Person.at(browser, otherPartner);
  await other.firstSignIn(initial);
  await other.goTo('Neue Nachricht');
  await other.addRecipient(partner.address, 'Dorthin können Sie nicht schreiben.');
  await other.addRecipient('niemand@nirgendwo.example', 'Dorthin können Sie nicht schreiben.');
  await other.write('Versuch', 'Text');
  await other.button('Senden').click();
  await expect(other.alert()).toContainText('kann nicht gesendet werden');
  await other.look('not-allowed');
  await other.leave();
});

test('English is one choice away, without a reload', async ({ browser }) => {
  const person = await Person.at(browser, partner);
  await person.open();
  await person.button('English').click();
  await expect(person.page.getByRole('button', { name: 'Sign in', exact: true })).toBeVisible();
  await expect(person.page.locator('html')).toHaveAttribute('lang', 'en');
  await expect(person.page.getByRole('banner')).toContainText(organisation);
  await person.look('sign-in-english');
  await person.leave();
});

test('a field that is left out is named by the page and not by the browser', async ({ browser }) => {
  const person = await Person.at(browser, partner);
  await person.open();
  await person.field('Kennwort').fill('x');
  await person.button('Anmelden').click();
  const told = person.page.getByText('Bitte füllen Sie dieses Feld aus.');
  await expect(told).toHaveCount(1);
  const address = person.field('E-Mail-Adresse');
  await expect(address).toBeFocused();
  await expect(address).toHaveAttribute('aria-invalid', 'true');
  await expect(person.page.getByRole('banner')).toContainText(organisation);
  await person.look('start-left-out');
  await address.fill('p');
  await expect(told).toHaveCount(0);
  await expect(address).not.toHaveAttribute('aria-invalid');
  await person.leave();
});
