// The browser tests: real Chromium, real server process, real SMTP sink.
//
// One stage for all of them, started before and ended after the run. `journey` makes the organisation and
// its people; the others use them; `plaintext` looks at what all of them left behind.

import { defineConfig } from '@playwright/test';

/** They look, or have a portal of their own. */
const BESIDE = ['accessibility', 'long', 'lying'];
/** The portal is away while they run. */
const OUTAGES = ['session', 'shell'];
const ALONE = ['journey', ...OUTAGES, 'plaintext'];
const specs = (...names: string[]) => names.map((name) => `${name}.spec.ts`);

export default defineConfig({
  testDir: 'specs',
  outputDir: '../../target/browser/results',
  globalSetup: './support/stage-up.ts',
  reporter: [['list'], ['./support/closing-line.ts']],
  // One for those who change what others see, who take turns; one for the rest.
  workers: 2,
  retries: 0,
  timeout: 180_000,
  expect: { timeout: 20_000 },
  use: {
    browserName: 'chromium',
    locale: 'de-DE',
    timezoneId: 'Europe/Berlin',
    viewport: { width: 1280, height: 800 },
    actionTimeout: 20_000,
    // It would stand between the tests' own routes and the page; its spec allows it.
    serviceWorkers: 'block',
    // Snapshots and a screencast would block the very main thread whose tasks are measured.
    trace: { mode: 'retain-on-failure', snapshots: false, screenshots: false },
    screenshot: 'only-on-failure',
    launchOptions: {
      executablePath: process.env.KBS_CHROMIUM ?? '/usr/bin/chromium',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'journey', testMatch: specs('journey'), workers: 1 },
    // Beside one another: what changes nothing that the others see, or has a portal of its own.
    { name: 'rules', testIgnore: specs(...BESIDE, ...ALONE), dependencies: ['journey'], workers: 1 },
    { name: 'beside', testMatch: specs(...BESIDE), dependencies: ['journey'], workers: 1 },
    { name: 'outages', testMatch: specs(...OUTAGES), dependencies: ['rules', 'beside'], workers: 1 },
    { name: 'plaintext', testMatch: specs('plaintext'), dependencies: ['outages'], workers: 1 },
  ],
});
