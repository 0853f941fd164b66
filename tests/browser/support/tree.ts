// A page as assistive technology has it: the browser's accessibility tree, roles and names, nothing else.

import { expect, type CDPSession, type Page } from '@playwright/test';

interface Node {
  ignored: boolean;
  role?: { value: string };
  name?: { value: string };
  backendDOMNodeId?: number;
}

export class Tree {
  private constructor(
    private readonly devtools: CDPSession,
    private readonly page: Page,
  ) {}

  static async of(page: Page): Promise<Tree> {
    const devtools = await page.context().newCDPSession(page);
    await devtools.send('Accessibility.enable');
    await devtools.send('DOM.enable');
    return new Tree(devtools, page);
  }

  /** The node of a role whose name is, or matches, what is looked for; waits for it. */
  async find(role: string, name: string | RegExp): Promise<number> {
    let found: number | undefined;
    const look = async () => {
      const { nodes } = (await this.devtools.send('Accessibility.getFullAXTree')) as { nodes: Node[] };
      const fits = (text: string) => (typeof name === 'string' ? text === name : name.test(text));
      found = nodes.find((it) => !it.ignored && it.role?.value === role && fits(it.name?.value ?? ''))?.backendDOMNodeId;
      return found !== undefined;
    };
    await expect.poll(look, { message: `a ${role} named ${name}`, timeout: 60_000 }).toBe(true);
    return found!;
  }

  /** What a screen reader's default action does. */
  async press(role: string, name: string | RegExp): Promise<void> {
    const { object } = await this.devtools.send('DOM.resolveNode', { backendNodeId: await this.find(role, name) });
    await this.devtools.send('Runtime.callFunctionOn', { objectId: object.objectId!, functionDeclaration: 'function () { this.click(); }' });
  }

  async type(role: string, name: string | RegExp, text: string): Promise<void> {
    await this.devtools.send('DOM.focus', { backendNodeId: await this.find(role, name) });
    await this.page.keyboard.insertText(text);
  }
}

/** Tabs on until what has the focus is named so, and says how it is called in full. */
export async function tabTo(page: Page, name: string | RegExp, key = 'Tab'): Promise<void> {
  const seen: string[] = [];
  const fits = (text: string) => (typeof name === 'string' ? text === name : name.test(text));
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press(key);
    const focused = () => page.evaluate(() => {
      const element = document.activeElement;
      const input = element as HTMLInputElement | null;
      const labels = [...(input?.labels ?? [])].map((label) => label.textContent ?? '').join(' ');
      const text = element?.getAttribute('aria-label') ?? (labels || element?.textContent || '');
      const style = element && getComputedStyle(element);
      const ringed = !style || element === document.body || (style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
      return { text: text.replace(/\s+/g, ' ').trim(), ringed };
    });
    const { text, ringed } = await focused();
    // What was opened takes the focus a moment after it is there.
    if (!ringed) await expect.poll(async () => (await focused()).ringed, { message: `“${text}” shows that it has the focus` }).toBe(true);
    if (fits(text)) return;
    seen.push(text);
  }
  throw new Error(`nothing that takes the focus is called ${name}, but: ${seen.join(' · ')}`);
}
