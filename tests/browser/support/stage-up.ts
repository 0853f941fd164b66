// Starts the stage (`KBS_STAGE_BIN`) for the whole run and ends it by closing its standard input.

import { spawn } from 'node:child_process';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { scratch, stageFile } from './places.ts';
import type { Stage } from './stage.ts';

export default async function stageUp(): Promise<() => Promise<void>> {
  const binary = process.env.KBS_STAGE_BIN;
  if (!binary) throw new Error('KBS_STAGE_BIN is not set: run `cargo xtask test browser`');
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const stage = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => stage.once('exit', () => resolve()));
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: stage.stdout }).once('line', resolve);
    stage.once('error', reject);
    stage.once('exit', (code) => reject(new Error(`the stage ended with ${code}`)));
  });
  writeFileSync(stageFile, first);
  return async () => {
    copyFileSync((JSON.parse(first) as Stage).log, join(scratch, 'server.log.jsonl'));
    stage.stdin.end();
    await ended;
  };
}
