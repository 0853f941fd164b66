// The page as an installed program: it starts without network, keeps nothing but itself, is never an old release; and
// how soon one can sign in on a slow phone.

import { expect, test, type Page } from '@playwright/test';
import { randomBytes } from 'node:crypto';
import { Line } from '../support/line.ts';
import { organisation, partner } from '../support/people.ts';
import { Person, SIZES } from '../support/person.ts';
import { control } from '../support/stage.ts';

const ALLOWED = { serviceWorkers: 'allow' } as const;
/** "Fast 3G" of Chromium's developer tools. */
const FAST_3G = { bytesPerSecond: (1.6e6 * 0.9) / 8, latencyMs: 562 };

const active = (page: Page) => page.evaluate(async () => (await navigator.serviceWorker.ready).active?.state);
const kept = (page: Page) =>
  page.evaluate(async () => {
    const names = await caches.keys();
    const requests = await Promise.all(names.map(async (name) => (await caches.open(name)).keys()));
    return { names, paths: requests.flat().map((it) => new URL(it.url).pathname) };
  });

test('the service worker keeps the page and nothing else', async ({ browser }) => {
  const person = await Person.at(browser, partner, ALLOWED);
  const served: string[] = [];
  person.context.on('response', (it) => it.fromServiceWorker() && served.push(new URL(it.url()).pathname));
  await person.open();
  await expect.poll(() => active(person.page)).toMatch(/activat/);
  await person.signIn();
  await person.row('Vertraulich').first().click();
  await expect(person.page.getByText('Absender geprüft')).toBeVisible();
  const { names, paths } = await kept(person.page);
  expect(names).toHaveLength(1);
  expect(paths).toContain('/');
  for (const path of paths.filter((it) => it !== '/')) expect(path).toMatch(/^\/assets\/[\w./-]+-[0-9a-f]{16}[\w./-]*\.(js|css|wasm)$/);
  expect(served.some((path) => path.endsWith('.wasm')), 'it does serve the page').toBe(true);
  expect(served.filter((path) => path.startsWith('/api/'))).toEqual([]);
  await person.leave();
});

test('without the server the page starts and says so; with it, it goes on', async ({ browser }) => {
  const person = await Person.at(browser, partner, ALLOWED);
  person.watch.expectError(/ERR_CONNECTION_REFUSED|Failed to load resource/);
  await person.open();
  await expect.poll(() => active(person.page)).toMatch(/activat/);
  await control('stop');
  try {
    await person.open();
    await expect(person.alert()).toContainText('Der Server ist nicht erreichbar');
    await person.look('offline');
  } finally {
    await control('start');
  }
  await person.button('Noch einmal versuchen').click();
  await expect(person.button('Anmelden')).toBeVisible();
  await person.leave();
});

test('a release is there at the next load, with and without network', async ({ browser }) => {
  const line = await Line.open();
  const context = await browser.newContext(ALLOWED);
  const page = await context.newPage();
  const { url } = line;
  const release = () => page.locator('meta[name=robots]').getAttribute('content');
  await page.goto(url);
  await expect.poll(() => active(page)).toMatch(/activat/);
  const before = await kept(page);
  line.changes.set('/', (text) => text.replace('content="noindex"', 'content="noindex, nofollow"'));
  line.changes.set('/service-worker.js', (text) => text.replace(/PREFIX \+ "[0-9a-f]+"/, 'PREFIX + "next"'));
  await page.goto(url);
  expect(await release()).toBe('noindex, nofollow');
  await expect.poll(async () => (await kept(page)).names, { timeout: 30_000 }).toEqual(['kbs-shell-next']);
  expect(before.names).not.toEqual(['kbs-shell-next']);
  await line.cut();
  await page.goto(url);
  expect(await release()).toBe('noindex, nofollow');
  await context.close();
});

test('the portal can be installed', async ({ browser }) => {
  const person = await Person.at(browser, partner, ALLOWED);
  await person.open();
  await expect.poll(() => active(person.page)).toMatch(/activat/);
  const devtools = await person.context.newCDPSession(person.page);
  const { errors, data } = await devtools.send('Page.getAppManifest');
  expect(errors).toEqual([]);
  expect(JSON.parse(data ?? '{}')).toMatchObject({ name: 'KBS-Webmailer', start_url: '/', display: 'standalone' });
  await person.leave();
});

test('nothing jumps while a page is loaded', async ({ browser }) => {
  test.slow();
  // Slow enough that what comes late is seen to come late.
  const line = await Line.open({ latencyMs: 150 });
  for (const [kind, viewport] of Object.entries({ desktop: SIZES.desktop, phone: SIZES.phone })) {
    const person = await Person.at(browser, partner, { viewport }, line.url);
    await person.page.addInitScript(() => {
      const shifts: unknown[] = ((window as unknown as { shifts: unknown[] }).shifts = []);
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as (PerformanceEntry & { value: number; hadRecentInput: boolean; sources: { node?: Node }[] })[])
          if (!entry.hadRecentInput) shifts.push({ value: entry.value, nodes: entry.sources.map((it) => (it.node as Element)?.outerHTML?.slice(0, 120)) });
      }).observe({ type: 'layout-shift', buffered: true });
      // Where each heading stood, from frame to frame.
      const places: Record<string, number[]> = ((window as unknown as { places: object }).places = {});
      const look = (): void => {
        const heading = document.querySelector('main h1');
        if (heading?.textContent && heading.checkVisibility({ visibilityProperty: true })) {
          const place = Math.round(heading.getBoundingClientRect().top + scrollY);
          const seen = (places[heading.textContent] ??= []);
          if (!seen.includes(place)) seen.push(place);
        }
        requestAnimationFrame(look);
      };
      requestAnimationFrame(look);
    });
    const jumps = () => person.page.evaluate(() => (window as unknown as { shifts: { value: number }[] }).shifts);
    const none = async (what: string) => {
      // What would come late has come by then.
      await person.page.waitForTimeout(800);
      const all = await jumps();
      expect.soft(all.reduce((sum, it) => sum + it.value, 0), `${what}, ${kind}: ${JSON.stringify(all)}`).toBeLessThan(0.02);
    };
    await person.open();
    await expect(person.page.getByRole('banner')).toContainText(organisation);
    await none('start');
    await person.open('/help');
    await expect(person.heading('So funktioniert der KBS-Webmailer')).toBeVisible();
    await none('help');
    await person.signIn();
    await expect(person.row('Vertraulich').first()).toBeVisible();
    // One page gives way to another, which the browser calls a shift of what is around them: neither of them may move.
    const places = await person.page.evaluate(() => (window as unknown as { places: Record<string, number[]> }).places);
    expect.soft(Object.keys(places), kind).toContain('Posteingang');
    for (const [heading, seen] of Object.entries(places)) expect.soft(seen, `${heading}, ${kind}`).toHaveLength(1);
    await person.page.reload();
    await expect(person.row('Vertraulich').first()).toBeVisible();
    await none('inbox');
    await person.row('Vertraulich').first().click();
    await expect(person.page.getByText('Absender geprüft')).toBeVisible();
    await person.page.reload();
    await expect(person.page.getByText('Absender geprüft')).toBeVisible();
    await none('message');
    await person.open('/compose');
    await expect(person.heading('Neue Nachricht')).toBeVisible();
    await none('writing');
    await person.leave();
  }
  await line.cut();
});

test('how soon one can sign in on a phone: four times slower, over Fast 3G', async ({ browser }) => {
  const line = await Line.open(FAST_3G);
  const slow = async (path: string, ready: (page: Page) => Promise<void>) => {
    const context = await browser.newContext({ viewport: { width: 390, height: 844 } });
    const page = await context.newPage();
    await (await context.newCDPSession(page)).send('Emulation.setCPUThrottlingRate', { rate: 4 });
    const before = line.carried;
    const begun = performance.now();
    await page.goto(line.url + path, { waitUntil: 'commit' });
    await ready(page);
    const seconds = (performance.now() - begun) / 1000;
    await context.close();
    return { seconds, bytes: line.carried - before };
  };
  const portal = await slow('/', async (page) => {
    await expect(page.getByRole('button', { name: 'Anmelden', exact: true })).toBeVisible({ timeout: 120_000 });
  });
  line.own.set('/plain', `<!doctype html><title>plain</title><p>${randomBytes(portal.bytes).toString('base64').slice(0, portal.bytes)}</p>`);
  const plain = await slow('/plain', (page) => page.waitForLoadState('load', { timeout: 120_000 }));
  const figure = ({ seconds, bytes }: typeof plain) => `${seconds.toFixed(1)} s for ${Math.round(bytes / 1000)} kB`;
  console.log(`sign-in page on a slow phone: ${figure(portal)}; a page of the same bytes without script: ${figure(plain)}`);
  await line.cut();
});
