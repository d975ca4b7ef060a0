import { type CommandOutput, concat, raw } from '../remote-command.ts';
import { lockDirectory } from '../run-lock/lock-file.ts';
import type { FactSource } from './fact-source.ts';

/** `promised` = the highest epoch the host ever accepted as a keeper of the run lock; `seen` = the highest a batch there must carry. 0 = none. */
export type RunLockFact = { readonly promised: number; readonly seen: number };

/** The only key of the source. */
export const runLockKey = 'self';

export const runLockSource: FactSource<RunLockFact> = {
  name: 'run-lock',
  command: () =>
    concat(
      raw(`for f in lock epoch; do n=; if [ -f ${lockDirectory}/$f ]; then read -r n rest < ${lockDirectory}/$f; fi; `),
      raw('printf \'%s\\n\' "$n"; done'),
    ),
  parse: ({ stdout }: CommandOutput, keys) => {
    const [promised, seen] = stdout.split('\n').map(Number);
    return new Map(keys.map((key) => [key, { promised: promised || 0, seen: seen || 0 }]));
  },
};
