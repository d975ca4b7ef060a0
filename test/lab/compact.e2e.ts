import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { describeDrift } from './drift-behaviour.ts';
import { describePutBack } from './put-back-behaviour.ts';
import { describeRunLock } from './run-lock-behaviour.ts';
import { describeService } from './service-behaviour.ts';
import { openStack, type Stack } from './stack.ts';
import { describeStackFromOutside, healthyStatus } from './stack-behaviour.ts';

let stack: Stack;

beforeAll(async () => {
  stack = await openStack('compact', { fresh: true });
});

afterAll(async () => {
  await stack.lab.down();
});

describe('netvis-ctl apply with every role on three hosts', () => {
  it('brings the stack up, and changes nothing the second time', async () => {
    const first = await stack.ctl.apply();
    expect(first.report.problems).toEqual([]);
    expect(first.exitCode).toBe(0);
    expect((await stack.ctl.apply()).report.changed).toBe(0);
    await healthyStatus(stack);
  });

  describeStackFromOutside(() => stack);
});

describe('netvis-ctl drift and apply after changes by hand', () => {
  describeDrift(() => stack);
});

describe('netvis-ctl apply of what a service does not start on', () => {
  describePutBack(() => stack);
});

describe('netvis-ctl apply by two operators', () => {
  describeRunLock(() => stack);
});

describe('netvis-ctl serve beside the stack', () => {
  describeService(() => stack);
});
