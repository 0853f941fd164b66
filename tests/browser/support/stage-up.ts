// Starts the stage (`KBS_STAGE_BIN`) for the whole run and ends it.

import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch, stageFile } from './places.ts';
import { start } from './program.ts';
import type { Stage } from './stage.ts';

export default async function stageUp(): Promise<() => Promise<void>> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const { first, end } = await start('KBS_STAGE_BIN');
  writeFileSync(stageFile, first);
  return async () => {
    copyFileSync((JSON.parse(first) as Stage).log, join(scratch, 'server.log.jsonl'));
    await end();
  };
}
