// The administration through its pages: each opens, is accessible and fits a phone; a mailbox is locked and unlocked.

import { expect, test } from '@playwright/test';
import { admin, partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';

const PAGES = [
  ['Personen', 'admin-people'],
  ['Grenzen und Texte', 'admin-rules'],
  ['Ereignisse', 'admin-events'],
  ['Postausgang', 'admin-outbox'],
  ['Schlüssel der Organisation', 'admin-key'],
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
