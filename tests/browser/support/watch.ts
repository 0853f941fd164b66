// What a page must never do: break the content security policy, log an error, block the main thread.

import type { BrowserContext, Page, Request } from '@playwright/test';

export interface LongTask {
  start: number;
  duration: number;
}

const MARK = '[kbs-csp] ';

export class Watch {
  readonly errors: string[] = [];
  readonly violations: string[] = [];
  readonly requests: Request[] = [];
  private expected: RegExp[] = [];

  constructor(context: BrowserContext) {
    context.on('page', (page) => this.look(page));
    context.on('request', (request) => this.requests.push(request));
    context.on('console', (message) => {
      const text = message.text();
      if (text.startsWith(MARK)) this.violations.push(text.slice(MARK.length));
      else if (/content security policy|trusted ?types/i.test(text)) this.violations.push(text);
      else if (message.type() === 'error' && !this.expected.some((it) => it.test(text))) this.errors.push(text);
    });
    context.on('weberror', (error) => this.errors.push(String(error.error())));
  }

  /** Names an error that a test causes on purpose. */
  expectError(pattern: RegExp): void {
    this.expected.push(pattern);
  }

  /** Requests that changed something, since an index into `requests`. */
  changesSince(index: number): string[] {
    return this.requests
      .slice(index)
      .filter((request) => !['GET', 'HEAD'].includes(request.method()))
      .map((request) => `${request.method()} ${new URL(request.url()).pathname}`);
  }

  private look(page: Page): void {
    page.on('crash', () => this.errors.push('the page crashed'));
  }
}

/** Runs in the page before its own scripts. */
export async function install(context: BrowserContext): Promise<void> {
  await context.addInitScript((mark) => {
    document.addEventListener('securitypolicyviolation', (event) => {
      console.warn(`${mark}${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
    });
    const tasks: { start: number; duration: number }[] = [];
    Object.assign(window, { __longTasks: tasks });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) tasks.push({ start: entry.startTime, duration: entry.duration });
    }).observe({ type: 'longtask', buffered: true });
  }, MARK);
}

export async function now(page: Page): Promise<number> {
  return page.evaluate(() => performance.now());
}

export async function longTasks(page: Page, from: number, to: number): Promise<LongTask[]> {
  const all = await page.evaluate(() => (window as unknown as { __longTasks: LongTask[] }).__longTasks);
  return all.filter((task) => task.start + task.duration > from && task.start < to);
}

export function longest(tasks: LongTask[]): number {
  return Math.max(0, ...tasks.map((task) => task.duration));
}

export function describe(tasks: LongTask[]): string {
  const each = tasks.map((task) => `${task.duration.toFixed(0)} ms at ${(task.start / 1000).toFixed(2)} s`);
  return tasks.length === 0 ? 'never over 50 ms' : `over 50 ms: ${each.join(', ')}`;
}

export function seconds(from: number, to: number): string {
  return `${((to - from) / 1000).toFixed(1)} s`;
}
