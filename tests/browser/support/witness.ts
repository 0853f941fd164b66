// A witness of the key directory, as C2SP says (signed notes, tlog-cosignature): a key of its own, and a signature of
// whatever checkpoint the portal shows.

import { createHash, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { stage } from './stage.ts';

const KIND = 0x04;

export class Witness {
  private readonly key: KeyObject;
  private readonly id: Buffer;
  /** As the organisation is told it. */
  readonly line: string;

  constructor(readonly name: string) {
    const { publicKey, privateKey } = generateKeyPairSync('ed25519');
    const raw = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32);
    const typed = Buffer.concat([Buffer.from([KIND]), raw]);
    this.key = privateKey;
    this.id = createHash('sha256').update(`${name}\n`).update(typed).digest().subarray(0, 4);
    this.line = `${name}+${this.id.toString('hex')}+${typed.toString('base64')}`;
  }

  async sign(): Promise<void> {
    const api = `${stage().url}/api/v1/directory`;
    const { checkpoint } = (await (await fetch(`${api}/checkpoint`)).json()) as { checkpoint: string };
    const seconds = Math.floor(Date.now() / 1000);
    const text = checkpoint.slice(0, checkpoint.indexOf('\n\n') + 1);
    const time = Buffer.alloc(8);
    time.writeBigUInt64BE(BigInt(seconds));
    const signature = sign(null, Buffer.from(`cosignature/v1\ntime ${seconds}\n${text}`), this.key);
    const line = `\u2014 ${this.name} ${Buffer.concat([this.id, time, signature]).toString('base64')}\n`;
    const answer = await fetch(`${api}/cosignatures`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: stage().url },
      body: JSON.stringify({ checkpoint: checkpoint + line }),
    });
    if (!answer.ok) throw new Error(`the signature was refused: ${await answer.text()}`);
  }
}
