// A portal of its own with a server before it that lies as it is told to (`KBS_LIAR_BIN`; the lies are listed there).

import { start } from './program.ts';

export class Liar {
  private constructor(
    readonly url: string,
    private readonly controlUrl: string,
    readonly end: () => Promise<void>,
  ) {}

  static async start(): Promise<Liar> {
    const { first, end } = await start('KBS_LIAR_BIN');
    const { url, control_url } = JSON.parse(first) as { url: string; control_url: string };
    return new Liar(url, control_url, end);
  }

  /** From now on this is the only lie. */
  async tell(lie: string): Promise<void> {
    const answer = await fetch(`${this.controlUrl}/${lie}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`the liar does not know ${lie}`);
  }

  async tellTheTruth(): Promise<void> {
    await this.tell('truth');
  }
}
