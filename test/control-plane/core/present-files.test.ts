import { spawnSync } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { maxFileBytes, maxHostBytes, parseFiles, readFilesCommand } from '../../../control-plane/src/core/present-files.ts';
import { toShell } from '../../../control-plane/src/core/remote-command.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

/** Reads files of this machine as a host's shell does. */
function read(paths: readonly string[]) {
  const { stdout, status } = spawnSync('/bin/sh', [], {
    input: toShell(readFilesCommand(paths), String),
    encoding: 'utf8',
    maxBuffer: 1 << 24,
  });
  expect(status).toBe(0);
  return [...parseFiles(stdout, paths).values()];
}

function file(directory: string, name: string | number, content: string | Buffer): string {
  const path = join(directory, String(name));
  writeFileSync(path, content);
  return path;
}

test('files are read as they are, whatever they and their names hold', async () => {
  const directory = await temporaryDirectory();
  const text = "öne\n\ntwo ' $x `y`\n= -\n+";
  const link = join(directory, 'link');
  symlinkSync(file(directory, "it's a name", text), link);
  mkdirSync(join(directory, 'folder'));
  const paths = [
    join(directory, "it's a name"),
    file(directory, 'empty', ''),
    file(directory, 'bytes', Buffer.from([0xff, 0])),
    link,
    join(directory, 'folder'),
    '/nowhere/x',
  ];
  expect(read(paths)).toEqual([
    { kind: 'text', text },
    { kind: 'text', text: '' },
    { kind: 'binary' },
    { kind: 'absent' },
    { kind: 'absent' },
    { kind: 'absent' },
  ]);
});

test('a file beyond the bound is not read, nor one beyond what is left for the host', async () => {
  const directory = await temporaryDirectory();
  const whole = Array.from({ length: maxHostBytes / maxFileBytes }, (_, i) => file(directory, i, 'x'.repeat(maxFileBytes)));
  const kinds = read([file(directory, 'beyond', 'x'.repeat(maxFileBytes + 1)), ...whole, file(directory, 'last', 'y')]).map(
    ({ kind }) => kind,
  );
  expect(kinds).toEqual(['large', ...whole.map(() => 'text'), 'large']);
});

test('an answer that ends early leaves its files unread', () => {
  expect([...parseFiles('=YQ==\n=YQ', ['/a', '/b', '/c']).values()]).toMatchObject([{ text: 'a' }, { kind: 'unread' }, { kind: 'unread' }]);
  expect([...parseFiles('=YQ=a=\n', ['/a']).values()]).toMatchObject([{ kind: 'unread' }]);
});
