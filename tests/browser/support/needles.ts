// What must not be found on a stage's server afterwards, gathered while its tests run.

import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './places.ts';
import { stageName } from './stage.ts';

const file = (): string => join(scratch, `needles-${stageName()}.jsonl`);

export type Needle = { name: string; text: string } | { name: string; file: string };

export function secretText(name: string, text: string): void {
  appendFileSync(file(), `${JSON.stringify({ name, text })}\n`);
}

export function secretFile(name: string, path: string): void {
  appendFileSync(file(), `${JSON.stringify({ name, file: path })}\n`);
}

export function needles(): Needle[] {
  if (!existsSync(file())) return [];
  const lines = readFileSync(file(), 'utf8').trim().split('\n');
  return [...new Set(lines)].map((line) => JSON.parse(line) as Needle);
}
