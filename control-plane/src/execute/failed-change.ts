import type { Problem } from '../core/errors.ts';
import { parseBatchLine } from './batch-script.ts';
import { lastWords } from './last-words.ts';

/** A change that failed: takes the lines the host prints after that, and says at their end what came of it. */
export type FailedChange = {
  readonly index: number;
  line(text: string): void;
  problem(host: string, mask: (text: string) => string): Problem;
};

export function createFailedChange({ index, exitCode }: { index: number; exitCode: number }): FailedChange {
  const output: string[] = [];
  const restored: string[] = [];
  let runs: boolean | null = null;
  return {
    index,
    line(text) {
      const parsed = parseBatchLine(text);
      if (parsed?.kind === 'put-back') restored.push(parsed.path);
      else if (parsed?.kind === 'runs-again') runs = true;
      else if (parsed?.kind === 'stays-down') runs = false;
      else output.push(text);
    },
    problem(host, mask) {
      const words = lastWords(mask(output.join('\n').trim()));
      const failed = { host, message: `exit code ${exitCode}${words ? `: ${words}` : ''}` };
      return runs === null ? { ...failed, ...asItIs } : { ...failed, ...afterReturn(failed.message, { restored, runs }) };
    },
  };
}

const asItIs = {
  code: 'NV_STEP_FAILED',
  hint: 'Fix the cause on the host and apply again: what is done already is not repeated.',
} as const;

function afterReturn(
  failure: string,
  { restored, runs }: { restored: readonly string[]; runs: boolean },
): Pick<Problem, 'code' | 'message' | 'hint'> {
  const what = restored.length > 0 ? `put back ${restored.join(', ')}` : 'nothing was put back';
  return runs
    ? {
        code: 'NV_PUT_BACK',
        message: `${failure}\n${what}; it runs on that again`,
        hint: 'The host works as before: correct what the inventory asks for, and apply again.',
      }
    : {
        code: 'NV_PUT_BACK',
        message: `${failure}\n${what}; it does not come back on that either`,
        hint: 'Look for the cause on the host, and apply again.',
      };
}
