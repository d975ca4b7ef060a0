import { expect, test } from 'vitest';
import { checkMirror } from '../../../scripts/structure/mirror.ts';

const sources = ['agent/build.ts', 'control-plane/src/core/plan.ts', 'control-plane/src/core/steps/file.ts', 'agent/src/tick.ts'];
const findingsWith = (...tests: string[]) =>
  checkMirror([...sources, ...tests].map((path) => ({ path, text: '' }))).map(({ path }) => path);

test('a test beside its source, one of its aspects, and one of a whole folder pass', () => {
  const tests = ['core/plan.test.ts', 'core/plan.order.test.ts', 'core/steps.test.ts', 'core/steps/file.test.ts'];
  expect(findingsWith(...tests.map((path) => `test/control-plane/${path}`), 'test/agent/tick.test.ts', 'test/agent/build.test.ts')).toEqual(
    [],
  );
});

test('a test without a source is found', () => {
  const orphans = ['test/control-plane/core/planner.test.ts', 'test/control-plane/plan.test.ts', 'test/agent/core/plan.test.ts'];
  expect(findingsWith(...orphans)).toEqual(orphans);
});

test('tests of other things than the two packages are free', () => {
  expect(
    findingsWith(
      'test/scripts/anything.test.ts',
      'test/control-plane/templates/golden.test.ts',
      'test/lab/apply.e2e.ts',
      'test/control-plane/core/builder.ts',
    ),
  ).toEqual([]);
});
