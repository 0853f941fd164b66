// A line between browser and portal that a test slows down, cuts, or lets deliver another release.

import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { stage } from './stage.ts';

export interface Manner {
  /** All answers together share it. */
  bytesPerSecond?: number;
  /** Before each answer. */
  latencyMs?: number;
}

export class Line {
  /** Bytes of bodies that went to the browser. */
  carried = 0;
  /** Pages of the test's own, by path. */
  readonly own = new Map<string, string>();
  /** What becomes of a text on its way, by path; asked for unpacked. */
  readonly changes = new Map<string, (text: string) => string>();
  private free = 0;
  private readonly server = createServer((asked, answer) => void this.pass(asked, answer));

  private constructor(private readonly manner: Manner) {}

  static async open(manner: Manner = {}): Promise<Line> {
    const line = new Line(manner);
    await new Promise<void>((resolve) => line.server.listen(0, '127.0.0.1', resolve));
    return line;
  }

  get url(): string {
    return `http://localhost:${(this.server.address() as AddressInfo).port}`;
  }

  async cut(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async pass(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    const path = asked.url ?? '/';
    const { host } = new URL(stage().url);
    await new Promise((resolve) => setTimeout(resolve, this.manner.latencyMs ?? 0));
    const own = this.own.get(path);
    if (own !== undefined) {
      answer.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
      return this.deliver(answer, Buffer.from(own));
    }
    const change = this.changes.get(path);
    const origin = asked.headers.origin && { origin: stage().url };
    const headers = { ...asked.headers, host, ...origin, ...(change && { 'accept-encoding': 'identity', 'if-none-match': '' }) };
    const onward = request(`${stage().url}${path}`, { method: asked.method, headers }, async (got) => {
      // What has no end is passed on as it comes.
      if (got.headers['content-type']?.startsWith('text/event-stream')) {
        answer.writeHead(got.statusCode ?? 502, got.headers);
        answer.once('close', () => got.destroy());
        return void got.pipe(answer);
      }
      const pieces: Buffer[] = [];
      for await (const piece of got) pieces.push(piece as Buffer);
      let body = Buffer.concat(pieces);
      const { 'content-length': _length, 'transfer-encoding': _encoding, ...rest } = got.headers;
      if (change && got.statusCode === 200) body = Buffer.from(change(body.toString('utf8')));
      answer.writeHead(got.statusCode ?? 502, rest);
      await this.deliver(answer, body);
    });
    onward.once('error', () => answer.destroy());
    asked.pipe(onward);
  }

  private async deliver(answer: ServerResponse, body: Buffer): Promise<void> {
    const step = 16 * 1024;
    for (let at = 0; at < body.length; at += step) {
      const piece = body.subarray(at, at + step);
      if (this.manner.bytesPerSecond) {
        const now = Date.now();
        this.free = Math.max(this.free, now) + (piece.length / this.manner.bytesPerSecond) * 1000;
        await new Promise((resolve) => setTimeout(resolve, this.free - now));
      }
      if (answer.destroyed) return;
      answer.write(piece);
      this.carried += piece.length;
    }
    answer.end();
  }
}
