// Where the tests put things.

import { join, dirname } from 'node:path';
import { fileURLToPath } from 'node:url';

const here = dirname(fileURLToPath(import.meta.url));

export const target = join(here, '../../../target');
export const scratch = join(target, 'browser/scratch');
export const screenshots = join(target, 'screenshots');

/** What a stage has said of itself. */
export const stageFile = (stage: string): string => join(scratch, `stage-${stage}.json`);
