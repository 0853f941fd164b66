// Files to send: deterministic contents that no compressor helps with, awkward names.

import { createCipheriv, createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { scratch } from './places.ts';

export const MIB = 1024 * 1024;

export interface TestFile {
  name: string;
  path: string;
  bytes: Buffer;
}

/** Noise that is the same for the same seed. */
export function noise(seed: string, bytes: number): Buffer {
  const key = createHash('sha256').update(seed).digest();
  return createCipheriv('aes-256-ctr', key, Buffer.alloc(16)).update(Buffer.alloc(bytes));
}

/** A file on disk with this name, a start that looks like its kind, and noise behind it; apart from those of other workers. */
export function makeFile(name: string, bytes: number, start: string | Buffer = ''): TestFile {
  const dir = join(scratch, 'files', String(process.pid), createHash('sha256').update(name + bytes).digest('hex').slice(0, 12));
  mkdirSync(dir, { recursive: true });
  const head = Buffer.from(start);
  const content = Buffer.concat([head, noise(name, bytes - head.length)]);
  const path = join(dir, name);
  writeFileSync(path, content);
  return { name, path, bytes: content };
}

/** Three attachments of 19.9 MB together. */
export function bigThree(): [TestFile, TestFile, TestFile] {
  const total = Math.floor(19.9 * MIB);
  const [pdf, png] = [12 * MIB + 17, 6 * MIB + 1];
  return [
    makeFile('Änderungsbescheid – Größe & Maße 😀.pdf', pdf, '%PDF-1.7\n'),
    makeFile(`${'n'.repeat(251)}.png`, png, Buffer.from('89504e470d0a1a0a', 'hex')),
    makeFile('..\\..\\Rechnung\u202efdp.xlsx', total - pdf - png, Buffer.from('504b0304', 'hex')),
  ];
}

/** Whether a name can be saved anywhere without surprise. */
export function isSafeName(name: string): boolean {
  return (
    name.length > 0 &&
    Buffer.byteLength(name) <= 255 &&
    !/[\\/:*?"<>|\p{Cc}\p{Cf}]/u.test(name.replace(/\u200d/g, '')) &&
    !/^\.|[. ]$/.test(name)
  );
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
