// A list in its states: very long, without network, and an address whose message is over.

import { expect, test } from '@playwright/test';
import { staff } from '../support/people.ts';
import { Person } from '../support/person.ts';
import { describe, measured } from '../support/watch.ts';

const ROWS = 10_000;

test('ten thousand messages scroll', async ({ browser }) => {
  const person = await Person.at(browser, staff);
  const { page } = person;
  await person.signIn();
  await person.goTo('Gesendet');
  await expect(person.row('').first()).toBeVisible();
  await page.evaluate((rows) => {
    const list = document.querySelector('ul.list')!;
    const real = [...list.children];
    for (let at = real.length; at < rows; at += 1) list.append(real[at % real.length]!.cloneNode(true));
  }, ROWS);
  let frames = 0;
  const scroll = () =>
    measured(browser, page, async () => {
      frames = await page.evaluate(async () => {
        const pane = document.querySelector('.mailbox__list')!;
        const times: number[] = [];
        const step = () => new Promise<number>((resolve) => requestAnimationFrame(resolve));
        for (let at = 0; at < 180; at += 1) {
          pane.scrollBy(0, 400);
          times.push(await step());
        }
        return (times.length - 1) / ((times.at(-1)! - times[0]!) / 1000);
      });
    });
  await scroll();
  const cheap = await scroll();
  const [cheapFrames] = [frames];
  await page.evaluate(() => document.querySelectorAll<HTMLElement>('.row').forEach((row) => row.style.setProperty('content-visibility', 'visible')));
  const dear = await scroll();
  console.log(`scrolling ${ROWS} messages: ${cheapFrames.toFixed(0)} frames a second, ${describe(cheap)}`);
  console.log(`the same with rows out of sight laid out: ${frames.toFixed(0)} frames a second, ${describe(dear)}`);
  expect.soft(cheap.longestWork, 'no task of the main thread is as long as three frames').toBeLessThanOrEqual(50);
  await person.leave();
});

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
