// The browser tests: real Chromium, real server process, real SMTP sink.
//
// One stage for all of them, started before and ended after the run. `journey` makes the organisation and
// its people; the others use them; `plaintext` looks at what all of them left behind. `lying` and `long` have portals
// of their own.

import { defineConfig } from '@playwright/test';

export default defineConfig({
  testDir: 'specs',
  outputDir: '../../target/browser/results',
  globalSetup: './support/stage-up.ts',
  reporter: [['list'], ['./support/closing-line.ts']],
  workers: 1,
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
      executablePath: process.env.KBS_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    { name: 'journey', testMatch: 'journey.spec.ts' },
    { name: 'rules', testIgnore: ['journey.spec.ts', 'long.spec.ts', 'lying.spec.ts', 'plaintext.spec.ts'], dependencies: ['journey'] },
    { name: 'long', testMatch: 'long.spec.ts' },
    { name: 'lying', testMatch: 'lying.spec.ts' },
    { name: 'plaintext', testMatch: 'plaintext.spec.ts', dependencies: ['rules'] },
  ],
});
