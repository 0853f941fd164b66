// What the measurements share.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { chromium } from 'playwright-core';

export const need = (name) => process.env[name] ?? fail(`${name} is not set: run \`cargo xtask bench\``);
export const fail = (text) => {
  throw new Error(text);
};
export const ms = (value) => `${value.toFixed(0).padStart(7)} ms`;
export const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

/** Server, mail sink and control, as of the browser tests. */
export async function startStage() {
  const stage = spawn(need('KBS_STAGE_BIN'), { stdio: ['pipe', 'pipe', 'inherit'] });
  const line = await new Promise((resolve) => createInterface({ input: stage.stdout }).once('line', resolve));
  return { ...JSON.parse(line), end: () => stage.stdin.end() };
}

export const launch = () => chromium.launch({
  executablePath: process.env.KBS_CHROMIUM ?? '/usr/bin/chromium-headless-shell',
  args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'],
});
