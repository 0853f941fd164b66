// Starts the stages (`KBS_STAGE_BIN`) for the whole run and ends them.

import type { FullConfig } from '@playwright/test';
import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch, stageFile } from './places.ts';
import { start } from './program.ts';
import type { Stage } from './stage.ts';

export default async function stagesUp(config: FullConfig): Promise<() => Promise<void>> {
  rmSync(scratch, { recursive: true, force: true });
  mkdirSync(scratch, { recursive: true });
  const names = [...new Set(config.projects.map((project) => String(project.metadata.stage)))];
  const stages = await Promise.all(
    names.map(async (name) => {
      const { first, end } = await start('KBS_STAGE_BIN');
      writeFileSync(stageFile(name), first);
      return { name, log: (JSON.parse(first) as Stage).log, end };
    }),
  );
  return async () => {
    for (const { name, log, end } of stages) {
      copyFileSync(log, join(scratch, `server-${name}.log.jsonl`));
      await end();
    }
  };
}
