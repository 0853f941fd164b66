// The browser tests: real Chromium, real server process, real SMTP sink.
//
// Two stages, started before and ended after the run, each with its own server and people, so that two browsers work at
// once and nobody disturbs anybody. On each, `journey` makes the organisation and its people, `rules` uses them one spec
// after the other, and `plaintext` looks at what all of them left behind. `lying` and `long` have portals of their own.

import { defineConfig, type Project } from '@playwright/test';

/** What changes people, keys and limits; whatever looks at pages is on the other stage. */
const PEOPLE = /(admin|contacts|deputies|hostile|list|recovery|security|session|size|upkeep)\.spec\.ts/;
const APART = ['journey.spec.ts', 'long.spec.ts', 'lying.spec.ts', 'plaintext.spec.ts'];

/** One after the other on one stage. */
function onStage(stage: string, rules: Pick<Project, 'testMatch' | 'testIgnore'>): Project[] {
  const metadata = { stage };
  return [
    { name: `journey-${stage}`, testMatch: 'journey.spec.ts', metadata, workers: 1 },
    { name: `rules-${stage}`, ...rules, dependencies: [`journey-${stage}`], metadata, workers: 1 },
    { name: `plaintext-${stage}`, testMatch: 'plaintext.spec.ts', dependencies: [`rules-${stage}`], metadata, workers: 1 },
  ];
}

export default defineConfig({
  testDir: 'specs',
  outputDir: '../../target/browser/results',
  globalSetup: './support/stage-up.ts',
  reporter: [['list'], ['./support/closing-line.ts']],
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
      executablePath: process.env.KBS_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
      args: [
        '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
        '--disable-component-update', '--disable-sync',
      ],
    },
  },
  projects: [
    ...onStage('people', { testMatch: PEOPLE }),
    ...onStage('pages', { testIgnore: [PEOPLE, ...APART] }),
    // After the journeys, which all others wait for.
    { name: 'apart', testMatch: ['long.spec.ts', 'lying.spec.ts'], dependencies: ['journey-pages'], metadata: { stage: 'pages' }, workers: 1 },
  ],
});
