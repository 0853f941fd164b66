// A program that the tests start: it says on its first line what there is to know, and ends when its standard input does.

import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Running {
  first: string;
  end: () => Promise<void>;
}

/** Starts the program whose path is in an environment variable. */
export async function start(variable: string): Promise<Running> {
  const binary = process.env[variable];
  if (!binary) throw new Error(`${variable} is not set: run \`cargo xtask test browser\``);
  const program = spawn(binary, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => program.once('exit', () => resolve()));
  const first = await new Promise<string>((resolve, reject) => {
    createInterface({ input: program.stdout }).once('line', resolve);
    program.once('error', reject);
    program.once('exit', (code) => reject(new Error(`${binary} ended with ${code}`)));
  });
  const end = async () => {
    program.stdin.end();
    await ended;
  };
  return { first, end };
}
