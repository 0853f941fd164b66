// After everything: nothing that people wrote, and no password, is on the server, in its log or in its mails. The
// scanner plants controls of its own and fails if it would not see them.

import { expect, test } from '@playwright/test';
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { needles } from '../support/needles.ts';
import { scratch } from '../support/places.ts';
import { control, stage, stageName } from '../support/stage.ts';

test('no plaintext is left on the server', async () => {
  test.setTimeout(300_000);
  await control('stop');
  const list = needles();
  expect(list.length, 'the journey wrote its secrets down').toBeGreaterThan(15);
  const file = join(scratch, `needles-${stageName()}.json`);
  writeFileSync(file, JSON.stringify(list));
  const scan = process.env.KBS_SCAN_BIN ?? join(dirname(process.env.KBS_STAGE_BIN ?? ''), 'scan');
  const { data_dir, secrets, log, mails_dir } = stage();
  const ran = spawnSync(scan, ['--needles', file, data_dir, secrets, log, mails_dir], { encoding: 'utf8' });
  console.log(ran.stdout.trim());
  expect(ran.stderr).toBe('');
  expect(ran.status).toBe(0);
});
