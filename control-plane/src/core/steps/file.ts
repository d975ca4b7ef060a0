import * as z from 'zod';
import type { FileFact } from '../facts/file.ts';
import { all, argv, type RemoteCommand, writeFile } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { ownershipDifferences } from './ownership.ts';
import { absolutePath, accountName, fileMode, sha256 } from './setting.ts';
import type { Diff, FilePreview, StepKind } from './step-kind.ts';

const schema = z.strictObject({
  path: absolutePath,
  owner: accountName.default('root'),
  group: accountName.default('root'),
  mode: fileMode.default('0644'),
  content: z.strictObject({ text: z.string(), sha256 }),
  /** Program that must accept the new file before it replaces the old one; the word `{}` is the temporary file. */
  validate: z.array(z.string()).min(1).optional(),
  /** Written only when absent: the file belongs to its program from then on. */
  seed: z.boolean().default(false),
});

type Settings = z.output<typeof schema>;

/** A file with its content, owner and mode; replaced whole or not at all. */
export const fileKind: StepKind<Settings> = {
  kind: 'file',
  schema,
  facts: ({ path }) => [{ source: 'file', key: path }],
  diff(settings, { fact }) {
    const { path, seed } = settings;
    const found = fact<FileFact | null>('file', path);
    if (!found) return write(settings, ['new'], found);
    if (found.type === 'directory') return refused(`${path} is a directory, not a file`, 'Move it away, then apply again.');
    if (seed) return noop(`${path} exists and belongs to its program`);
    const ownership = ownershipDifferences(found, settings);
    if (found.type !== 'file') return write(settings, [`was a ${found.type}`], found);
    if (found.sha256 !== settings.content.sha256) return write(settings, ['content', ...ownership], found);
    if (ownership.length === 0) return noop(`${path} is up to date`);
    return change({ summary: `${path} (${ownership.join(', ')})`, command: setOwnership(settings), replaces: settings.path });
  },
};

function write(settings: Settings, differences: readonly string[], found: FileFact | null): Diff {
  const { path, owner, group, mode, content, validate } = settings;
  const command = writeFile(content.text, { path, owner, group, mode, ...(validate ? { validate: validator(validate) } : {}) });
  return change({ summary: `${path} (${differences.join(', ')})`, command, file: previewOf(settings, found), replaces: path });
}

/** A link is replaced, not followed: what it leads to is not what is there. */
function previewOf({ path, mode, content }: Settings, found: FileFact | null): FilePreview {
  const restricted = [mode, found?.mode ?? mode].some((octal) => (Number.parseInt(octal, 8) & groupAndOthers) === 0);
  return { path, text: content.text, restricted, ...(found?.type === 'file' ? {} : { present: { kind: 'absent' } }) };
}

const groupAndOthers = 0o077;

function validator(words: readonly string[]): (temporary: string) => RemoteCommand {
  return (temporary) => argv(...words.map((word) => word.replaceAll('{}', temporary)));
}

function setOwnership({ path, owner, group, mode }: Settings): RemoteCommand {
  return all(argv('chown', `${owner}:${group}`, path), argv('chmod', mode, path));
}
