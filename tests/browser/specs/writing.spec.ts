// Writing with comfort: formatting by buttons, a preview, files that are pasted, an attachment that was forgotten, a press
// of Senden that waits for an address; and what the reader may look at.

import { expect, test, type Route } from '@playwright/test';
import { crc32, deflateSync } from 'node:zlib';
import { makeFile } from '../support/files.ts';
import { secretText } from '../support/needles.ts';
import { partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';

const SUBJECT = 'Bilder zum Aktenzeichen Zaunkönig';

/** A PNG of one colour. */
function png(width: number, height: number): Buffer {
  const chunk = (type: string, data: Buffer): Buffer => {
    const body = Buffer.concat([Buffer.from(type), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width);
  head.writeUInt32BE(height, 4);
  head.set([8, 2, 0, 0, 0], 8);
  const row = Buffer.concat([Buffer.from([0]), Buffer.from(Array.from({ length: width }, () => [0, 90, 160]).flat())]);
  const pixels = deflateSync(Buffer.concat(Array.from({ length: height }, () => row)));
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), chunk('IHDR', head), chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))]);
}

test('a message is formatted by buttons, looked at before it leaves, and its forgotten attachment is asked for', async ({ browser }) => {
  secretText('subject with images', SUBJECT);
  const writer = await Person.at(browser, staff);
  await writer.signIn();
  await writer.goTo('Neue Nachricht');
  await writer.addRecipient(partner.address, 'Postfach vorhanden');
  await writer.write(SUBJECT, 'Die Bilder finden Sie im Anhang.\nerstens\nzweitens');
  const text = writer.field('Nachricht');
  const select = (from: number, to: number): Promise<void> =>
    text.evaluate((area, [from, to]) => (area as HTMLTextAreaElement).setSelectionRange(from!, to!), [from, to]);
  await select(4, 10);
  await writer.button('Fett').click();
  await expect(text).toHaveValue('Die **Bilder** finden Sie im Anhang.\nerstens\nzweitens');
  await select(38, 50);
  await writer.button('Liste').click();
  await expect(text).toHaveValue('Die **Bilder** finden Sie im Anhang.\n- erstens\n- zweitens');
  await text.press('Control+z');
  await expect(text, 'a button is one step back').toHaveValue('Die **Bilder** finden Sie im Anhang.\nerstens\nzweitens');
  await text.press('Control+Shift+z');
  await expect(text).toHaveValue('Die **Bilder** finden Sie im Anhang.\n- erstens\n- zweitens');
  await writer.button('Vorschau').click();
  await expect(writer.button('Vorschau'), 'the field that had the focus is gone').toBeFocused();
  const preview = writer.page.getByRole('region', { name: 'Vorschau' });
  await expect(preview.locator('strong')).toHaveText('Bilder');
  await expect(preview.locator('li')).toHaveCount(2);
  await writer.look('compose-preview');
  await writer.button('Vorschau').click();

  await writer.button('Senden').click();
  const asking = writer.page.getByRole('dialog', { name: 'Anhang vergessen?' });
  await expect(asking).toBeVisible();
  await writer.look('compose-forgotten');
  await asking.getByRole('button', { name: 'Zurück zur Nachricht' }).click();
  await expect(asking).toBeHidden();

  const image = makeFile('Karte.png', 0);
  image.bytes = png(2000, 1200);
  const point = png(32, 20);
  const small = makeFile('Punkt.png', point.length, point);
  const broken = makeFile('Kaputt.png', 500);
  const macros = makeFile('Liste.xlsm', 700, 'PK');
  await text.evaluate((area, [name, bytes]) => {
    const data = new DataTransfer();
    data.items.add(new File([Uint8Array.from(bytes as number[])], name as string, { type: 'image/png' }));
    area.dispatchEvent(new ClipboardEvent('paste', { clipboardData: data, bubbles: true, cancelable: true }));
  }, ['Karte.png', [...image.bytes]] as const);
  await writer.attach(broken.path, macros.path, small.path);
  await writer.awaitUploads(4);
  await expect(writer.attachments().filter({ hasText: 'Liste.xlsm' })).toContainText('Vorsicht');
  await writer.send();
  await writer.leave();

  const reader = await Person.at(browser, partner);
  await reader.signIn();
  await reader.read(SUBJECT);
  await expect(reader.attachments().filter({ hasText: 'Liste.xlsm' })).toContainText('kann Programme oder Makros ausführen');
  await expect(reader.button('Ansehen: Liste.xlsm')).toHaveCount(0);
  await reader.button('Ansehen: Karte.png').click();
  const shown = reader.page.getByRole('dialog', { name: 'Bild' }).getByRole('img', { name: 'Karte.png' });
  await expect.poll(() => shown.evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBe(2000);
  await reader.look('message-image');
  await reader.button('In Originalgröße').click();
  await expect(reader.button('In Originalgröße')).toHaveAttribute('aria-pressed', 'true');
  await reader.look('message-image-full');
  await reader.page.keyboard.press('Escape');
  await expect(reader.page.getByRole('dialog')).toHaveCount(0);
  await reader.button('Ansehen: Punkt.png').click();
  await expect.poll(() => reader.page.getByRole('img', { name: 'Punkt.png' }).evaluate((it) => (it as HTMLImageElement).naturalWidth)).toBe(32);
  await expect(reader.button('In Originalgröße'), 'it is').toHaveCount(0);
  await reader.page.keyboard.press('Escape');
  await expect(reader.page.getByRole('dialog')).toHaveCount(0);
  await reader.button('Ansehen: Kaputt.png').click();
  await expect(reader.alert()).toContainText('kann „Kaputt.png“ nicht als Bild anzeigen');
  const saved = await reader.save(reader.button('Speichern: Karte.png'));
  expect(saved.bytes.equals(image.bytes)).toBe(true);
  await reader.leave();
});

test('single keys lead through the mailbox, and can be switched off', async ({ browser }) => {
  const person = await Person.at(browser, partner);
  await person.signIn();
  const { keyboard } = person.page;
  await person.row(SUBJECT).waitFor();
  await keyboard.press('?');
  const keys = person.page.getByRole('dialog', { name: 'Tastenkürzel' });
  await expect(keys).toBeVisible();
  await person.look('keys');
  await keyboard.press('Escape');
  await expect(keys).toBeHidden();
  await keyboard.press('j');
  await keyboard.press('j');
  await expect(person.page.getByRole('listitem').filter({ has: person.page.locator(':focus') })).toHaveAttribute('aria-posinset', '2');
  await expect(person.heading('Posteingang'), 'nothing is opened, and nothing read, by the way').toBeVisible();
  await keyboard.press('k');
  await keyboard.press('Enter');
  await expect(person.heading('Posteingang')).toHaveCount(0);
  const first = await person.page.getByRole('heading', { level: 1 }).innerText();
  await keyboard.press('j');
  await expect(person.heading(first)).toHaveCount(0);
  await expect(person.page.getByText('Absender geprüft')).toBeVisible();
  await keyboard.press('k');
  await expect(person.heading(first)).toBeVisible();
  await keyboard.press('r');
  await expect(person.heading('Antwort')).toBeVisible();
  await expect(person.field('Nachricht'), 'whoever answers writes at once').toBeFocused();
  await expect(person.field('Betreff')).not.toHaveValue('');
  await expect.poll(() => person.field('Nachricht').evaluate((it) => (it as HTMLTextAreaElement).selectionStart), 'above the quote').toBe(0);
  await person.heading('Antwort').focus();
  await keyboard.type('cr');
  await expect(person.field('Betreff'), 'nobody who types too early opens another draft').not.toHaveValue('');
  await person.field('Betreff').fill('c wie Klettern?');
  await expect(person.field('Betreff'), 'letters stay letters').toHaveValue('c wie Klettern?');
  await person.goTo('Posteingang');
  await keyboard.press('/');
  await expect(person.page.locator('#search')).toBeFocused();
  await person.page.locator('#main').focus();
  await keyboard.press('?');
  await keys.getByRole('checkbox', { name: 'Tastenkürzel benutzen' }).uncheck();
  await keys.getByRole('button', { name: 'Schließen' }).click();
  await keyboard.press('c');
  await expect(person.heading('Posteingang')).toBeVisible();
  await person.leave();
});

test('a press arrives where it began, and whoever writes is not led away', async ({ browser }) => {
  const writer = await Person.at(browser, staff);
  await writer.signIn();
  await writer.page.evaluate(() => {
    new MutationObserver((_, observer) => {
      const text = document.querySelector<HTMLElement>('#text');
      if (!text) return;
      observer.disconnect();
      text.focus();
    }).observe(document.body, { childList: true, subtree: true });
  });
  await writer.page.getByRole('link', { name: 'Neue Nachricht' }).click();
  await expect(writer.field('Nachricht')).toBeFocused();
  await writer.page.waitForTimeout(500);
  await expect(writer.field('Nachricht')).toBeFocused();
  // What stands in "An" would be entered when it loses the focus, and move the button away under the pointer.
  await writer.field('An').fill('niemand@anderswo.example');
  const chooser = writer.page.waitForEvent('filechooser');
  await writer.button('Anhang hinzufügen').click({ delay: 300 });
  await chooser;
  await writer.leave();
});

test('Senden waits for an address that is being looked up, and sends what was written then or nothing', async ({ browser }) => {
  const subject = 'Eilig an die Zaunkönige';
  const direct = 'Noch einmal ohne Umweg';
  const text = 'Der Anhang folgt später.';
  secretText('subject sent before its address was known', subject);
  secretText('subject of another one', direct);
  const writer = await Person.at(browser, staff);
  writer.watch.expectError(/ERR_FAILED/);
  await writer.signIn();
  await writer.goTo('Neue Nachricht');
  await writer.write(subject, text);
  const status = writer.page.getByRole('status').getByText('Danach wird die Nachricht gesendet.');
  const notYet = writer.toast('Die Nachricht ist noch nicht gesendet.');
  const chip = writer.page.getByRole('list', { name: 'Empfänger' }).getByRole('listitem');
  const before = writer.watch.requests.length;
  const sent = (): string[] => writer.watch.changesSince(before).filter((it) => it.endsWith('/commit'));

  /** Types an address and presses Senden at once; gives what lets the look-up end. */
  const pressEarly = async (address: string): Promise<(how: 'continue' | 'abort') => Promise<void>> => {
    const asked = '**/api/v1/directory/chains';
    const held: Route[] = [];
    await writer.page.route(asked, (route) => void held.push(route));
    await writer.field('An').fill(address);
    await writer.button('Senden').click();
    await expect(status).toBeVisible();
    await expect(writer.alert()).toHaveCount(0);
    await expect.poll(() => held.length, 'the look-up is held back').toBeGreaterThan(0);
    return async (how) => {
      for (const route of held) await route[how]();
      await writer.page.unroute(asked);
    };
  };
  const without = async (address: string): Promise<void> => {
    expect(sent()).toEqual([]);
    await writer.button(`${address} entfernen`).click();
    await expect(chip).toHaveCount(0);
  };

  const stranger = 'niemand@nirgendwo.example';
  let end = await pressEarly(stranger);
  await writer.look('compose-waiting');
  await end('continue');
  await expect(writer.alert()).toContainText(`An ${stranger} kann nicht gesendet werden, solange es dort kein Postfach gibt.`);
  await expect(writer.alert(), 'beneath the field').toBeInViewport();
  await expect(writer.field('An'), 'seen, too').toHaveCSS('border-top-color', 'rgb(155, 16, 36)');
  await expect(writer.field('An')).toHaveAccessibleErrorMessage(/solange es dort kein Postfach gibt/);
  await expect(status).toBeHidden();
  await without(stranger);

  end = await pressEarly(partner.address);
  await end('abort');
  await expect(writer.alert()).toContainText(`Ob ${partner.address} ein Postfach hat, konnte nicht geprüft werden.`);
  await expect(chip).toContainText('konnte nicht geprüft werden');
  await writer.page.evaluate(() => window.dispatchEvent(new Event('online')));
  await expect(chip, 'looked up again').toContainText('Postfach vorhanden');
  await expect(writer.alert()).toHaveCount(0);
  await without(partner.address);

  end = await pressEarly(partner.address);
  await writer.field('Nachricht').press('.');
  await expect(notYet).toBeVisible();
  await expect(status).toBeHidden();
  await end('continue');
  await expect(chip).toContainText('Postfach vorhanden');
  await writer.page.getByRole('button', { name: 'Hinweis schließen' }).first().click();
  await expect(notYet).toHaveCount(0);
  await without(partner.address);

  end = await pressEarly(partner.address);
  await writer.goTo('Posteingang');
  await expect(notYet).toBeVisible();
  await end('continue');
  await writer.page.goBack();
  await expect(chip).toContainText('Postfach vorhanden');
  await without(partner.address);

  await writer.field('Nachricht').fill(text);
  end = await pressEarly(partner.address);
  await end('continue');
  await writer.page.getByRole('dialog', { name: 'Anhang vergessen?' }).getByRole('button', { name: 'Ohne Anhang senden' }).click();
  await expect(writer.toast('Die Nachricht ist gesendet.')).toBeVisible({ timeout: 60_000 });
  expect(sent()).toHaveLength(1);
  await expect(writer.row(subject)).toBeVisible();

  await writer.goTo('Neue Nachricht');
  await writer.write(direct, 'Ohne Frage.');
  end = await pressEarly(partner.address);
  await end('continue');
  await expect(writer.heading('Gesendet')).toBeVisible({ timeout: 60_000 });
  await expect(writer.row(direct)).toBeVisible();
  await writer.leave();

  const reader = await Person.at(browser, partner);
  await reader.signIn();
  await expect(reader.row(direct)).toBeVisible();
  await reader.read(subject);
  await expect(reader.page.getByText(text)).toBeVisible();
  await reader.leave();
});

test('a slip in a known address is asked about before a mailbox is made for it', async ({ browser }) => {
  const writer = await Person.at(browser, staff);
  await writer.signIn();
  await writer.goTo('Neue Nachricht');
  await writer.addRecipient(partner.address.replace(/e$/, 'a'), 'noch kein Postfach');
  await expect(writer.page.getByText(`Meinten Sie ${partner.address}?`)).toBeVisible();
  await writer.look('compose-slip');
  await writer.button('Ja, diese Adresse nehmen').click();
  const chips = writer.page.getByRole('list', { name: 'Empfänger' }).getByRole('listitem');
  await expect(chips).toHaveCount(1);
  await expect(chips).toContainText('Postfach vorhanden');
  await expect(writer.field('An')).toBeFocused();
  await expect(writer.button('Postfach anlegen')).toHaveCount(0);
  await writer.leave();
});

test('a part of a name that fits one person alone is enough, and a message begins where it is to be written', async ({ browser }) => {
  const person = await Person.at(browser, partner);
  await person.signIn();
  await person.goTo('Neue Nachricht');
  await expect(person.field('An')).toBeFocused();
  await person.button('Senden').click();
  await expect(person.alert()).toContainText('mindestens eine Empfängerin');
  await expect(person.field('An'), 'where to go on').toBeFocused();
  await person.page.keyboard.type('sabine som');
  await expect(person.page.getByRole('option')).toHaveCount(1);
  await person.page.keyboard.press('Enter');
  await expect(person.page.getByRole('list', { name: 'Empfänger' }).getByRole('listitem')).toContainText('Postfach vorhanden');
  await person.button('Senden').click();
  await expect(person.alert()).toContainText('Die Nachricht ist leer.');
  await expect(person.field('Nachricht')).toBeFocused();
  await person.leave();
});
