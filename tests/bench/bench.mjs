// Measures the client in Chromium, side by side in one run: Argon2id (64 MiB, 3 passes, 1 lane) and 20 MiB of
// ChaCha20-Poly1305, copies into and out of WebAssembly included, of ours against libsodium and hash-wasm; then the
// whole of sealing and uploading 20 MB through the page against a plain upload of as many bytes.
//
//   cargo xtask bench client

import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { dirname, extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { fail, launch, median, ms, need, startStage } from './stage.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const MIB = 1024 * 1024;
const TYPES = { '.html': 'text/html', '.js': 'text/javascript', '.mjs': 'text/javascript', '.wasm': 'application/wasm' };

/** The libraries and our module, on the loopback. */
async function serveLibraries(wasm) {
  const server = createServer((request, response) => {
    const path = normalize(decodeURI(new URL(request.url, 'http://x').pathname));
    const file = path === '/bench.wasm' ? wasm : join(here, path === '/' ? 'page.html' : path);
    try {
      const bytes = readFileSync(file);
      response.writeHead(200, { 'content-type': TYPES[extname(file)] ?? 'text/plain' }).end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { url: `http://127.0.0.1:${server.address().port}/`, close: () => server.close() };
}

async function primitives(browser) {
  const libraries = await serveLibraries(need('KBS_BENCH_WASM'));
  const page = await browser.newPage();
  await page.goto(libraries.url);
  const results = await page.evaluate(() => window.measure());
  await page.close();
  libraries.close();
  for (const [what, byLibrary] of Object.entries(results)) {
    console.log(`\n${what}`);
    const reference = median(byLibrary.libsodium);
    for (const [library, times] of Object.entries(byLibrary)) {
      const value = median(times);
      console.log(`  ${library.padEnd(12)}${ms(value)}   ${(value / reference).toFixed(2)} of libsodium`);
    }
  }
}

/** Organisation and people, as the demo has them. */
function seed(stage) {
  const seeder = join(dirname(need('KBS_STAGE_BIN')), 'demo-seed');
  const ran = spawnSync(seeder, ['--url', stage.url, '--setup-link', stage.setup_link, '--mail-dir', stage.mails_dir]);
  if (ran.status !== 0) fail(String(ran.stderr));
  return JSON.parse(ran.stdout).accounts.find((account) => account.role === 'KBS');
}

async function whole(browser, scratch) {
  const stage = await startStage();
  const { address, password } = seed(stage);
  const context = await browser.newContext({ locale: 'de-DE' });
  const page = await context.newPage();
  await page.goto(stage.url);
  await page.getByLabel('E-Mail-Adresse').fill(address);
  await page.getByLabel('Kennwort', { exact: true }).fill(password);
  const signingIn = performance.now();
  await page.getByRole('button', { name: 'Anmelden', exact: true }).click();
  await page.getByRole('heading', { name: 'Posteingang' }).waitFor();
  const signedIn = performance.now() - signingIn;
  const file = join(scratch, '20-mb.bin');
  writeFileSync(file, randomBytes(20 * MIB - 1024));
  const sealed = [];
  const plain = [];
  for (let round = 0; round < 3; round += 1) {
    sealed.push(await sealAndUpload(page, file));
    plain.push(await uploadPlain(page));
  }
  await context.close();
  stage.end();
  console.log('\n20 MB through the page, to the server and its disk');
  console.log(`  sign-in      ${ms(signedIn)}`);
  console.log(`  seal + send  ${ms(median(sealed))}   ${(median(sealed) / median(plain)).toFixed(2)} of a plain upload`);
  console.log(`  plain upload ${ms(median(plain))}`);
}

async function sealAndUpload(page, file) {
  await page.getByRole('link', { name: 'Neue Nachricht' }).click();
  const chooser = page.waitForEvent('filechooser');
  await page.getByRole('button', { name: 'Anhang hinzufügen' }).click();
  const begun = performance.now();
  await (await chooser).setFiles(file);
  await page.getByText('verschlüsselt übertragen', { exact: true }).waitFor({ timeout: 120_000 });
  const took = performance.now() - begun;
  await page.getByRole('button', { name: 'Entwurf verwerfen' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Entwurf verwerfen' }).click();
  await page.getByText('Der Entwurf ist verworfen.').first().waitFor();
  return took;
}

/** The same bytes to the same server in the same pieces, as they are. */
function uploadPlain(page) {
  return page.evaluate(async (bytes) => {
    const call = (path, method, body, type) =>
      fetch(`/api/v1${path}`, { method, body, headers: { 'content-type': type } }).then((answer) =>
        answer.ok ? answer : Promise.reject(new Error(`${path}: ${answer.status}`)),
      );
    const piece = new Uint8Array(1024 * 1024);
    for (let at = 0; at < piece.length; at += 65536) crypto.getRandomValues(piece.subarray(at, at + 65536));
    const begun = performance.now();
    const { upload } = await (await call('/uploads', 'POST', '{}', 'application/json')).json();
    for (let offset = 0; offset < bytes; offset += piece.length) {
      await call(`/uploads/${upload}/parts/AAAAAAAAAAAAAAAAAAAAAQ?offset=${offset}`, 'PUT', piece, 'application/octet-stream');
    }
    const took = performance.now() - begun;
    await fetch(`/api/v1/uploads/${upload}`, { method: 'DELETE' });
    return took;
  }, 20 * MIB);
}

const scratch = mkdtempSync(join(tmpdir(), 'kbs-bench-'));
const browser = await launch();
try {
  console.log(`Chromium ${browser.version()}`);
  await primitives(browser);
  await whole(browser, scratch);
} finally {
  await browser.close();
  rmSync(scratch, { recursive: true });
}
