// A mailbox as it looks in daily use, for the pictures of the guides; `cargo xtask screenshots` alone runs it.

import { expect, test } from '@playwright/test';
import { makeFile } from '../support/files.ts';
import { staff, type Who } from '../support/people.ts';
import { Person } from '../support/person.ts';

const reader: Who = { address: 'katrin.kramer@stadt-musterhausen.example', password: 'Kirschbaum-am-Kanal-7' };

const LETTERS: [string, string, [string, number][]][] = [
  ['Fragen zum Verwendungsnachweis 2026', 'Guten Tag Frau Kramer,\n\nzum Verwendungsnachweis fehlt uns noch die Belegliste für das dritte Quartal.\n\nMit freundlichen Grüßen\nSabine Sommer', []],
  ['Termin der Prüfung vor Ort', 'Guten Tag Frau Kramer,\n\nwir schlagen **Dienstag, 8. Dezember, 10 Uhr** vor. Bitte halten Sie bereit:\n\n- die Belege im Original\n- die Stundennachweise\n- den Mietvertrag\n\nMit freundlichen Grüßen\nSabine Sommer', [['Ablauf der Prüfung.pdf', 84_000]]],
  ['Zuwendungsbescheid zum Vorhaben „Neustart“', 'Sehr geehrte Frau Kramer,\n\nim Anhang finden Sie den **Zuwendungsbescheid** zu Ihrem Vorhaben und die Nebenbestimmungen. Bitte bestätigen Sie den Empfang.\n\nMit freundlichen Grüßen\nSabine Sommer', [['Zuwendungsbescheid.pdf', 412_000], ['Nebenbestimmungen.pdf', 198_000], ['Finanzplan.xlsx', 61_000]]],
];

test('pictures of a mailbox in daily use', async ({ browser }) => {
  test.skip(!process.env.KBS_SCREENSHOTS, 'only for the guides');
  test.slow();
  const writer = await Person.at(browser, staff);
  await writer.signIn();
  await writer.goTo('Neue Nachricht');
  await writer.addRecipient(reader.address, 'noch kein Postfach');
  const initial = await writer.makeMailbox();
  for (const [at, [subject, text, files]] of LETTERS.entries()) {
    if (at > 0) {
      await writer.goTo('Neue Nachricht');
      await writer.addRecipient(reader.address, 'Postfach vorhanden');
    }
    await writer.write(subject, text);
    if (files.length > 0) {
      await writer.attach(...files.map(([name, bytes]) => makeFile(name, bytes).path));
      await writer.awaitUploads(files.length);
    }
    await writer.send();
  }
  const person = await Person.at(browser, reader);
  await person.firstSignIn(initial);
  await person.page.getByRole('button', { name: 'Hinweis schließen' }).first().click();
  await expect(person.row('Verwendungsnachweis')).toBeVisible();
  await person.page.reload();
  await expect(person.row('Verwendungsnachweis')).toBeVisible();
  await person.look('mail-inbox');
  await person.read('Zuwendungsbescheid');
  await person.look('mail-message');
  await person.button('Antworten').click();
  await person.field('Nachricht').fill('Sehr geehrte Frau Sommer,\n\nvielen Dank, der Bescheid ist angekommen. Die **Belegliste** finden Sie im Anhang.\n\nMit freundlichen Grüßen\nKatrin Kramer');
  await person.attach(makeFile('Belegliste Q3.xlsx', 37_000).path);
  await person.awaitUploads(1);
  await expect(person.page.getByText('Der Entwurf ist gesichert, auf allen Ihren Geräten.')).toBeVisible();
  await expect(person.page.getByRole('button', { name: 'Hinweis schließen' })).toHaveCount(0);
  await person.look('mail-compose');
  await person.send();
  await expect(person.page.getByRole('button', { name: 'Hinweis schließen' })).toHaveCount(0, { timeout: 30_000 });
  await person.look('mail-sent');
  await person.leave();
  await writer.leave();
});
