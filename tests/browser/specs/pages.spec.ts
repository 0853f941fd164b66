// Pages that no journey passes: forgotten password, change of password, an address that does not exist; and
// what a link scanner does changes nothing.

import { expect, test } from '@playwright/test';
import { partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { stage } from '../support/stage.ts';

test('forgotten password and unknown pages', async ({ browser }) => {
  const person = await Person.at(browser, partner);
  await person.open();
  await person.page.getByRole('link', { name: 'Kennwort vergessen?' }).click();
  await expect(person.heading('Kennwort vergessen')).toBeVisible();
  await person.look('forgotten');
  await person.open('/gibt/es/nicht');
  await expect(person.heading('Seite nicht gefunden')).toBeVisible();
  await person.look('not-found');
  await person.leave();
});

test('a signed-in person changes the password', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  await person.signIn();
  await person.openMenu();
  await person.page.getByRole('menuitem', { name: 'Passwort ändern' }).click();
  await expect(person.heading('Passwort ändern')).toBeVisible();
  await person.look('password');
  await person.field('Bisheriges Passwort').fill(staff.password);
  await person.field('Neues Passwort').fill(staff.password);
  await person.field('Neues Passwort wiederholen').fill('Anders-1!');
  await person.button('Passwort speichern').click();
  await expect(person.alert()).toContainText('Die beiden Passwörter sind verschieden.');
  await expect(person.field('Neues Passwort wiederholen')).toBeFocused();
  await person.field('Neues Passwort wiederholen').fill(staff.password);
  await person.button('Passwort speichern').click();
  await expect(person.alert()).toContainText('Das ist das Kennwort, das ersetzt werden soll.');
  await expect(person.field('Neues Passwort')).toBeFocused();
  await person.leave();
});

test('a page whose part does not load says so, and comes when it is tried again', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  person.watch.expectError(/ERR_FAILED|Failed to fetch/);
  await person.signIn();
  await person.page.route('**/split_account.wasm', (route) => route.abort());
  await person.page.getByRole('link', { name: 'Kontakte' }).click();
  await expect(person.alert()).toContainText('Der Server ist nicht erreichbar');
  await person.look('part-missing');
  await person.page.unroute('**/split_account.wasm');
  await person.button('Noch einmal versuchen').click();
  await expect(person.heading('Kontakte')).toBeVisible();
  await person.leave();
});

test('opening links, as scanners do, changes nothing', async ({ request }) => {
  for (const path of ['/', '/setup', '/api/v1/status', '/healthz']) {
    for (const method of ['GET', 'HEAD']) {
      const answer = await request.fetch(stage().url + path, { method });
      expect(answer.status(), `${method} ${path}`).toBeLessThan(500);
    }
  }
  const answer = await request.get(stage().url);
  const policy = answer.headers()['content-security-policy'] ?? '';
  for (const part of ["default-src 'none'", "script-src 'self' 'wasm-unsafe-eval'", "frame-ancestors 'none'", 'trusted-types']) {
    expect(policy).toContain(part);
  }
  expect(policy).not.toContain('unsafe-inline');
});
