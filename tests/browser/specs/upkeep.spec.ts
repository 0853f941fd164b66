// What the portal does by itself, as people see it: an e-mail that does not arrive is shown to who invited.

import { expect, test } from '@playwright/test';
import { secretText } from '../support/needles.ts';
import { staff } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { control } from '../support/stage.ts';

test('who invited somebody sees that the e-mail could not be delivered', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await person.addRecipient('vera.verzogen@weg.example', 'noch kein Postfach');
  await control('refuse/550/vera.verzogen@weg.example');
  secretText('initial password of vera', await person.makeMailbox());
  const row = person.page.getByRole('row', { name: /vera\.verzogen/ });
  await expect(async () => {
    await person.goTo('Posteingang');
    await person.goTo('Eingeladene');
    await expect(row).toContainText('konnte nicht zugestellt werden', { timeout: 1_000 });
  }).toPass({ timeout: 30_000 });
  await person.look('invitation-undelivered');
  await person.leave();
});
