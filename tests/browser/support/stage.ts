// The stage of a spec's project as the spec sees it: addresses, control, mails.

import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { domainToASCII } from 'node:url';
import { expect, test } from '@playwright/test';
import PostalMime, { type Email } from 'postal-mime';
import { stageFile } from './places.ts';

export interface Stage {
  url: string;
  setup_link: string;
  data_dir: string;
  secrets: string;
  log: string;
  mails_dir: string;
  control_url: string;
}

/** Which one. */
export const stageName = (): string => String(test.info().project.metadata.stage);

export function stage(): Stage {
  return JSON.parse(readFileSync(stageFile(stageName()), 'utf8')) as Stage;
}

export async function control(action: string): Promise<string> {
  const answer = await fetch(`${stage().control_url}/${action}`, { method: 'POST' });
  if (!answer.ok) throw new Error(`the stage does not know ${action}`);
  return answer.text();
}

function canonical(address: string): string {
  const [local = '', domain = ''] = address.toLowerCase().split('@');
  return `${local}@${domainToASCII(domain)}`;
}

export async function mailsTo(address: string): Promise<Email[]> {
  const dir = stage().mails_dir;
  const files = readdirSync(dir).filter((name) => name.endsWith('.eml')).sort();
  const mails = await Promise.all(files.map((name) => PostalMime.parse(readFileSync(join(dir, name)))));
  return mails.filter((mail) => mail.to?.some((to) => canonical(to.address ?? '') === canonical(address)));
}

/** The n-th mail to an address, counted from 1, as soon as it is there. */
export async function awaitMail(address: string, n = 1): Promise<Email> {
  let found: Email[] = [];
  await expect
    .poll(async () => (found = await mailsTo(address)).length, { message: `mails to ${address}`, timeout: 30_000 })
    .toBeGreaterThanOrEqual(n);
  return found[n - 1]!;
}

/** The first link to the portal in a mail's text. */
export function portalLink(mail: Email): string {
  const link = mail.text?.match(/https?:\/\/\S+/)?.[0];
  if (!link) throw new Error(`no link in: ${mail.text}`);
  return link;
}
