import * as z from 'zod';
import type { FileFact } from '../facts/file.ts';
import { argv } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { absolutePath } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({ path: absolutePath });

type Settings = z.output<typeof schema>;

/** A file or link that must not exist. Directories are refused: nothing is ever removed with what it holds. */
export const absentKind: StepKind<Settings> = {
  kind: 'absent',
  schema,
  facts: ({ path }) => [{ source: 'file', key: path }],
  diff({ path }, { fact }) {
    const found = fact<FileFact | null>('file', path);
    if (!found) return noop(`${path} is absent`);
    if (found.type === 'directory') return refused(`${path} is a directory and is not removed`, 'Move it away, then apply again.');
    return change({ summary: `remove ${path}`, command: argv('rm', '-f', path) });
  },
};
