// Closes a run with one line that names its counts.

import type { FullResult, Reporter, Suite, TestCase } from '@playwright/test/reporter';

export default class ClosingLine implements Reporter {
  private root?: Suite;

  onBegin(_config: unknown, suite: Suite): void {
    this.root = suite;
  }

  onEnd(_result: FullResult): void {
    const tests = this.root?.allTests() ?? [];
    const count = (...outcomes: ReturnType<TestCase['outcome']>[]) => tests.filter((test) => outcomes.includes(test.outcome())).length;
    console.log(`\n${count('expected')} passed, ${count('unexpected', 'flaky')} failed, ${count('skipped')} skipped`);
  }
}
