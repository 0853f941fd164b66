// What a page must never do: break the content security policy, log an error, block the main thread.

import type { Browser, BrowserContext, Page, Request } from '@playwright/test';

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
    context.on('weberror', (error) => {
      const text = String(error.error());
      if (!this.expected.some((it) => it.test(text))) this.errors.push(text);
    });
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

/** Tasks of the page's main thread while something is done. */
export interface MainThread {
  /** Over 50 ms by the clock, as a PerformanceObserver tells; on a busy machine also what waited for a processor. */
  long: LongTask[];
  /** The longest by the processor, in milliseconds: what the page itself is to answer for. */
  longestWork: number;
  seconds: number;
}

interface TraceEvent {
  name: string;
  ph: string;
  pid: number;
  tid: number;
  ts: number;
  dur?: number;
  tdur?: number;
}

/** Does something and measures what it costs the main thread of a page. */
export async function measured(browser: Browser, page: Page, act: () => Promise<void>): Promise<MainThread> {
  const mark = (name: string) => page.evaluate((name) => performance.mark(name).startTime, name);
  await browser.startTracing(undefined, { categories: ['toplevel', 'blink.user_timing'] });
  const from = await mark('kbs-from');
  await act();
  const to = await mark('kbs-to');
  const trace = JSON.parse((await browser.stopTracing()).toString('utf8')) as { traceEvents: TraceEvent[] };
  const [begin, end] = ['kbs-from', 'kbs-to'].map((name) => trace.traceEvents.find((event) => event.name === name));
  if (!begin || !end) throw new Error('the trace has no marks');
  const tasks = trace.traceEvents.filter(
    (event) =>
      event.ph === 'X' && event.name.endsWith('RunTask') && event.pid === begin.pid && event.tid === begin.tid && event.ts >= begin.ts && event.ts <= end.ts,
  );
  if (tasks.length === 0 || tasks.every((task) => task.tdur === undefined)) throw new Error('the trace has no tasks');
  const all = await page.evaluate(() => (window as unknown as { __longTasks: LongTask[] }).__longTasks);
  return {
    long: all.filter((task) => task.start + task.duration > from && task.start < to),
    longestWork: Math.max(...tasks.map((task) => (task.tdur ?? 0) / 1000)),
    seconds: (to - from) / 1000,
  };
}

export function describe({ long, longestWork, seconds }: MainThread): string {
  const each = long.map((task) => `${task.duration.toFixed(0)} ms`);
  const clock = long.length === 0 ? 'none over 50 ms by the clock' : `over 50 ms by the clock: ${each.join(', ')}`;
  return `${seconds.toFixed(1)} s; tasks of the page's main thread: longest ${longestWork.toFixed(0)} ms of work, ${clock}`;
}
