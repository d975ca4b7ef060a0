import { describe, expect, test } from 'vitest';
import { addTallies, closingLine, tallyOf } from '../../../scripts/verify/tally.ts';

const report = (numPassedTests: number, files: string[][]) => ({
  numPassedTests,
  numFailedTests: files.flat().filter((status) => status === 'failed').length,
  testResults: files.map((statuses) => ({
    status: statuses.includes('failed') || statuses.length === 0 ? 'failed' : 'passed',
    assertionResults: statuses.map((status) => ({ status })),
  })),
});

describe('the tally of a test run', () => {
  test('passed and failed tests are counted', () => {
    expect(
      tallyOf(
        report(3, [
          ['passed', 'passed'],
          ['passed', 'failed'],
        ]),
        1,
      ),
    ).toEqual({ passed: 3, failed: 1 });
  });

  test('a file that could not be loaded counts as one failure beside the failed tests', () => {
    expect(tallyOf(report(1, [['passed', 'failed'], []]), 1)).toEqual({ passed: 1, failed: 2 });
  });

  test('a run that ends badly is never green, even with every test passed', () => {
    expect(tallyOf(report(2, [['passed', 'passed']]), 1)).toEqual({ passed: 2, failed: 1 });
  });

  test('a run without a report is a failure', () => {
    expect(tallyOf(null, 0)).toEqual({ passed: 0, failed: 1 });
  });

  test('the closing line sums up all runs', () => {
    expect(
      closingLine(
        addTallies([
          { passed: 2, failed: 0 },
          { passed: 3, failed: 1 },
        ]),
      ),
    ).toBe('5 passed, 1 failed');
  });
});
