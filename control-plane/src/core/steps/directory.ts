import * as z from 'zod';
import type { FileFact } from '../facts/file.ts';
import { argv } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { ownershipDifferences } from './ownership.ts';
import { absolutePath, accountName, fileMode } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  path: absolutePath,
  owner: accountName.default('root'),
  group: accountName.default('root'),
  mode: fileMode.default('0755'),
});

type Settings = z.output<typeof schema>;

/** A directory with its owner and mode; missing parents are made as root's, 0755. What it holds is left alone. */
export const directoryKind: StepKind<Settings> = {
  kind: 'directory',
  schema,
  facts: ({ path }) => [{ source: 'file', key: path }],
  diff(settings, { fact }) {
    const { path, owner, group, mode } = settings;
    const found = fact<FileFact | null>('file', path);
    if (found && found.type !== 'directory')
      return refused(`${path} is a ${found.type}, not a directory`, 'Move it away, then apply again.');
    const differences = found ? ownershipDifferences(found, settings) : ['new'];
    if (differences.length === 0) return noop(`${path} exists`);
    return change({
      summary: `${path} (${differences.join(', ')})`,
      command: argv('install', '-d', '-o', owner, '-g', group, '-m', mode, path),
    });
  },
};
