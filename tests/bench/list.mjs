// Scrolls through a mailbox of 10,000 messages in Chromium, side by side with a page of as many rows of plain HTML and
// no script: how many frames a second there are, and how long the longest one takes.
//
//   cargo xtask bench list

import { spawnSync } from 'node:child_process';
import { fail, launch, need, startStage } from './stage.mjs';

const COUNT = Number(process.env.KBS_BENCH_MESSAGES ?? 10_000);
/** CSS pixels in a frame: a quick finger. */
const STEP = 60;

/** Scrolls an element by a step in each frame, for so long. */
function scroll(page, selector, step, milliseconds) {
  return page.evaluate(
    ([selector, step, milliseconds]) =>
      new Promise((resolve) => {
        const pane = document.querySelector(selector);
        const frames = [];
        const begun = performance.now();
        const frame = (now) => {
          frames.push(now);
          pane.scrollTop += step;
          if (now - begun < milliseconds) return requestAnimationFrame(frame);
          const times = frames.slice(1).map((it, at) => it - frames[at]);
          resolve({ fps: (1000 * times.length) / (now - frames[0]), longest: Math.max(...times) });
        };
        requestAnimationFrame(frame);
      }),
    [selector, step, milliseconds],
  );
}

const tell = (what, { fps, longest }) => console.log(`  ${what.padEnd(44)}${fps.toFixed(1).padStart(6)} frames/s   longest ${longest.toFixed(0)} ms`);

const stage = await startStage();
const browser = await launch();
try {
  console.log(`Chromium ${browser.version()}, ${COUNT} messages`);
  const fill = spawnSync(need('KBS_FULL_MAILBOX_BIN'), ['--url', stage.url, '--setup-link', stage.setup_link, '--count', `${COUNT}`]);
  if (fill.status !== 0) fail(String(fill.stderr));
  const { partner } = JSON.parse(String(fill.stdout));
  const page = await browser.newPage({ locale: 'de-DE', viewport: { width: 1280, height: 800 } });
  await page.goto(stage.url);
  await page.getByLabel('E-Mail-Adresse').fill(partner.address);
  await page.getByLabel('Kennwort', { exact: true }).fill(partner.password);
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await page.getByRole('button', { name: /^Konto: / }).waitFor();
  await page.getByRole('link', { name: 'Posteingang' }).click();
  await page.getByRole('listitem').filter({ hasText: `Nachricht ${COUNT}` }).waitFor();
  const pane = '.mailbox__list';
  tell('while more is being loaded', await scroll(page, pane, STEP, 10_000));
  const loading = performance.now();
  while ((await page.getByRole('listitem').filter({ hasText: 'Nachricht' }).first().getAttribute('aria-setsize')) === '-1') {
    await scroll(page, pane, 100_000, 200);
  }
  console.log(`  all of it loaded after ${((performance.now() - loading) / 1000).toFixed(0)} s`);
  await page.evaluate((pane) => (document.querySelector(pane).scrollTop = 0), pane);
  tell('down, all loaded', await scroll(page, pane, STEP, 10_000));
  tell('up', await scroll(page, pane, -STEP, 10_000));
  const plain = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const row = (n) => `<li style="padding:10px"><a href="#"><b>Sabine Sommer</b> <time>12:00</time><br>Nachricht ${n}<br>bis 1. Jan.</a></li>`;
  await plain.setContent(`<main style="block-size:700px;overflow:auto"><ul>${Array.from({ length: COUNT }, (_, n) => row(n)).join('')}</ul></main>`);
  tell('plain HTML, no script, down', await scroll(plain, 'main', STEP, 10_000));
} finally {
  await browser.close();
  stage.end();
}
