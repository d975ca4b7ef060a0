import * as z from 'zod';
import type { FileFact } from '../facts/file.ts';
import { all, argv, temporaryPath } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { absolutePath } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({ path: absolutePath, target: z.string().min(1) });

type Settings = z.output<typeof schema>;

/** A symbolic link, switched in one step. Anything else at its path is refused, not replaced. */
export const symlinkKind: StepKind<Settings> = {
  kind: 'symlink',
  schema,
  facts: ({ path }) => [{ source: 'file', key: path }],
  diff({ path, target }, { fact }) {
    const found = fact<FileFact | null>('file', path);
    if (found && found.type !== 'link') return refused(`${path} is a ${found.type}, not a link`, 'Move it away, then apply again.');
    if (found?.target === target) return noop(`${path} points to ${target}`);
    const temporary = temporaryPath(path);
    const command = all(argv('ln', '-sfn', '--', target, temporary), argv('mv', '-fT', temporary, path));
    return change({ summary: `${path} → ${target}${found ? ` (was ${found.target})` : ' (new)'}`, command });
  },
};
