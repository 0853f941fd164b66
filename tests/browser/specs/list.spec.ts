// A list without network, and an address whose message is over.

import { expect, test } from '@playwright/test';
import { staff } from '../support/people.ts';
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
