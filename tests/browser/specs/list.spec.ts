// A list without network, and an address whose message is over.

import { expect, test } from '@playwright/test';
import { partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';

test('a list that could not be loaded is tried again, by itself when the network is back', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const { page } = person;
  person.watch.expectError(/ERR_FAILED|ERR_INTERNET_DISCONNECTED|Failed to (fetch|load)/);
  await person.signIn();
  await expect(person.row('').first()).toBeVisible();
  const folder = (url: URL) => url.pathname.endsWith('/messages') && url.search.includes('sent');
  await page.route(folder, (route) => route.abort());
  await page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Gesendet' }).click();
  await expect(person.alert()).toContainText('Der Server ist nicht erreichbar');
  await person.look('list-offline');
  await page.unroute(folder);
  await page.evaluate(() => dispatchEvent(new Event('online')));
  await expect(person.row('').first()).toBeVisible();
  await expect(person.alert()).toHaveCount(0);
  // What was seen once is there, and so is that it may be old.
  await person.goTo('Posteingang');
  await page.route(folder, (route) => route.abort());
  await person.goTo('Gesendet');
  await expect(person.row('').first()).toBeVisible();
  await expect(person.alert()).toContainText('Der Server ist nicht erreichbar');
  await person.look('list-kept-offline');
  await person.leave();
});

test('the next person at the same tab sees nothing of what was kept', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const { page } = person;
  person.watch.expectError(/ERR_FAILED|Failed to (fetch|load)/);
  await person.signIn();
  await expect(person.row('').first()).toBeVisible();
  await person.goTo('Gesendet');
  await expect(person.row('').first()).toBeVisible();
  await person.goTo('Posteingang');
  await person.signOut();
  await page.route((url) => url.pathname.endsWith('/messages'), (route) => route.abort());
  await person.field('E-Mail-Adresse').fill(partner.address);
  await person.field('Kennwort').fill(partner.password);
  await person.button('Anmelden').click();
  for (const folder of ['Posteingang', 'Gesendet'] as const) {
    if (folder === 'Gesendet') await person.goTo(folder);
    await expect(person.heading(folder)).toBeVisible({ timeout: 60_000 });
    await expect(person.alert()).toContainText('Der Server ist nicht erreichbar');
    await expect(person.row('')).toHaveCount(0);
    // Nobody knows whether it is empty.
    await expect(page.getByText(/Posteingang ist leer|nichts gesendet/)).toHaveCount(0);
  }
  await person.leave();
});

test('a folder that was empty is not said to be so while nobody can know', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const { page } = person;
  person.watch.expectError(/ERR_FAILED|Failed to (fetch|load)/);
  const folder = (url: URL) => url.pathname.endsWith('/messages') && url.search.includes('bin');
  const bin = page.getByRole('navigation', { name: 'Hauptnavigation' }).getByRole('link', { name: 'Papierkorb' });
  const empty = page.getByText('Der Papierkorb ist leer.');
  await person.signIn();
  await page.route(folder, (route) => route.fulfill({ json: { messages: [], next: null } }));
  await bin.click();
  await expect(empty).toBeVisible();
  await person.goTo('Posteingang');
  await page.unroute(folder);
  await page.route(folder, (route) => route.abort());
  await bin.click();
  await expect(person.alert()).toContainText('Der Server ist nicht erreichbar');
  await expect(empty).toHaveCount(0);
  await person.leave();
});

test('a message that is over says so, and leads back', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  person.watch.expectError(/status of 404/);
  await person.signIn();
  await person.open(`/mail/inbox/${'A'.repeat(22)}`);
  await expect(person.heading('Diese Nachricht gibt es nicht mehr')).toBeVisible();
  await person.look('message-over');
  await person.page.getByRole('article').or(person.page.locator('.mailbox__message')).getByRole('link', { name: 'Zurück zur Liste' }).last().click();
  await expect(person.heading('Posteingang')).toBeVisible();
  await person.leave();
});
