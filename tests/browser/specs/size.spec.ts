// The size rule: 20 MiB of text and attachments together pass, one byte more is refused before anything is
// sealed or leaves.

import { expect, test } from '@playwright/test';
import { makeFile, MIB, sha256 } from '../support/files.ts';
import { secretFile, secretText } from '../support/needles.ts';
import { partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';

const LIMIT = 20 * MIB;
const REFUSAL = /wären zusammen 20,1 MB groß; erlaubt sind höchstens 20 MB\./;

test('one byte over 20 MiB is refused with a sentence that names the sizes, and nothing leaves', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  const file = makeFile('zu-gross.bin', LIMIT + 1);
  const before = person.watch.requests.length;
  await person.attach(file.path);
  const refusal = person.page.getByText(REFUSAL);
  await expect(refusal.first()).toBeVisible();
  await person.addRecipient(partner.address, 'Postfach vorhanden');
  secretText('subject without a file', 'Ohne die große Datei');
  await person.write('Ohne die große Datei', 'Ich frage vorher.');
  await person.button('Senden').click();
  const question = person.page.getByRole('dialog', { name: 'Anhang vergessen?' });
  await expect(question).toContainText('„zu-gross.bin“ wurde nicht hinzugefügt und geht nicht mit.');
  await expect(question.getByRole('button', { name: 'Ohne diese Datei senden' })).toBeVisible();
  await person.look('sends-without');
  await question.getByRole('button', { name: 'Zurück zur Nachricht' }).click();
  expect(person.watch.changesSince(before).filter((it) => it.includes('/uploads')), 'no upload was begun').toEqual([]);
  await person.look('too-large');
  await person.leave();
});

test('the request log sees the uploads of the worker', async ({ browser }) => {
  // What the test above relies on.
  const person = await Person.at(browser, staff);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  const before = person.watch.requests.length;
  await person.attach(makeFile('klein.bin', 1000).path);
  await person.awaitUploads(1);
  expect(person.watch.changesSince(before).filter((it) => it.startsWith('PUT ') && it.includes('/uploads'))).not.toEqual([]);
  await person.leave();
});

test('exactly 20 MiB pass, text included, and one more letter does not', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const reader = await Person.at(browser, partner);
  const subject = 'Genau zwanzig Mebibyte';
  const text = 'Zwölf Bytes'; // 12 in UTF-8
  const file = makeFile('genau.bin', LIMIT - Buffer.byteLength(text));
  secretText('subject of the full message', subject);
  secretFile('content of the full message', file.path);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await person.addRecipient(partner.address, 'Postfach vorhanden');
  await person.write(subject, text);
  await person.attach(file.path);
  await person.awaitUploads(1);
  await person.field('Nachricht').fill(`${text}!`);
  await person.button('Senden').click();
  await expect(person.alert()).toContainText(REFUSAL);
  await person.field('Nachricht').fill(text);
  await person.send();
  await reader.signIn();
  await reader.read(subject);
  const saved = await reader.save(reader.attachments().getByRole('button', { name: /^Speichern: / }));
  expect(sha256(saved.bytes)).toBe(sha256(file.bytes));
  await person.leave();
  await reader.leave();
});
