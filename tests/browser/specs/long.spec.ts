// A long mailbox: what is far from the window is not in the page, and is missed by nobody.

import { expect, test, type Locator } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import type { Who } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { start } from '../support/program.ts';
import type { Stage } from '../support/stage.ts';

const COUNT = 260;
/** Rows that the page may hold at once: window and reserve, and the first, which are always there. */
const MOST = 135;

let end: () => Promise<void>;
let person: Person;

test.beforeAll(async ({ browser }) => {
  const own = await start('KBS_STAGE_BIN');
  end = own.end;
  const { url, setup_link } = JSON.parse(own.first) as Stage;
  const fill = spawnSync(process.env.KBS_FULL_MAILBOX_BIN!, ['--url', url, '--setup-link', setup_link, '--count', `${COUNT}`]);
  if (fill.status !== 0) throw new Error(String(fill.stderr));
  const { staff } = JSON.parse(String(fill.stdout)) as { staff: Who };
  person = await Person.at(browser, staff, {}, url);
  await person.open();
  await person.typeSignIn();
  await expect(person.heading('Wiederherstellungscode')).toBeVisible({ timeout: 60_000 });
  await person.keepRecoveryCode();
  await person.goTo('Gesendet');
  await expect(message(COUNT)).toBeVisible({ timeout: 60_000 });
});

test.afterAll(async () => {
  await person.leave();
  await end();
});

const rows = () => person.row('');
const message = (number: number) => person.row(new RegExp(`Nachricht ${number}(?!\\d)`));
const pane = () => person.page.locator('.mailbox__list');

/** Scrolls down as a wheel does until a row is there. */
async function scrollTo(row: Locator, by: number): Promise<void> {
  await pane().hover();
  await expect(async () => {
    await person.page.mouse.wheel(0, by);
    await expect(row).toBeInViewport({ timeout: 100 });
  }).toPass({ timeout: 60_000, intervals: [50] });
}

test('all of it can be scrolled through, and only what is near is in the page', async () => {
  await scrollTo(message(1), 600);
  expect(await rows().count()).toBeLessThan(MOST);
  await expect(message(200), 'far away').toHaveCount(0);
  await expect(message(260), 'no list is an empty one').toHaveCount(1);
  const last = person.page.getByRole('listitem').filter({ hasText: /Nachricht 1(?!\d)/ });
  await expect(last).toHaveAttribute('aria-posinset', `${COUNT}`);
  await expect(last).toHaveAttribute('aria-setsize', `${COUNT}`);
  await scrollTo(message(260), -600);
  expect(await rows().count()).toBeLessThan(MOST);
});

test('the list is as long without the rows that are far away as with them', async () => {
  const lengths: number[] = [];
  for (const number of [260, 130, 1]) {
    await pane().evaluate((it, part) => (it.scrollTop = part * it.scrollHeight), (260 - number) / 260);
    await expect(message(number)).toHaveCount(1);
    await expect.poll(() => rows().count()).toBeLessThan(MOST);
    lengths.push(await pane().evaluate((it) => it.scrollHeight));
  }
  const [first] = lengths;
  for (const length of lengths) expect(Math.abs(length - first!), lengths.join(', ')).toBeLessThanOrEqual(2);
});

test('a row with the focus stays, however far one scrolls', async () => {
  await scrollTo(message(260), -600);
  await message(259).focus();
  await scrollTo(message(120), 600);
  await expect(message(259)).toBeFocused();
  expect(await rows().count()).toBeLessThan(MOST);
});

test('an open message and its neighbours stay, too', async () => {
  const { page } = person;
  await scrollTo(message(260), -600);
  await message(236).click();
  await expect(person.heading('Nachricht 236')).toBeVisible();
  await scrollTo(message(120), 600);
  await page.keyboard.press('j');
  await expect(person.heading('Nachricht 235')).toBeVisible();
  await page.keyboard.press('k');
  await page.keyboard.press('k');
  await expect(person.heading('Nachricht 237')).toBeVisible();
  await expect(message(237)).toBeInViewport();
});
