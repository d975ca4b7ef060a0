import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  all,
  argv,
  concat,
  either,
  feed,
  group,
  pipe,
  quiet,
  quote,
  type RemoteCommand,
  raw,
  runAs,
  subshell,
  temporaryPath,
  toShell,
  writeFile,
} from '../../../control-plane/src/core/remote-command.ts';
import { maskSecrets, revealSecrets, secretToken } from '../../../control-plane/src/core/secret.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

const text = (command: RemoteCommand) => toShell(command, maskSecrets);
const [a, b, c] = [argv('a', '1'), argv('b'), argv('c')];
const token = secretToken('redis');
/** A NUL is refused, and `\u0001` opens a token. */
const canBeSent = (value: string) => !value.includes('\0') && !value.includes('\u0001') && value.isWellFormed();
const mine = { owner: `${userInfo().uid}`, group: `${userInfo().gid}` };

describe('a command as text', () => {
  test.each([
    ['a program with safe words', argv('mv', '-fT', '/a/b.c', 'x=1,2:3@4%5+6_'), 'mv -fT /a/b.c x=1,2:3@4%5+6_'],
    [
      'words that need quotes',
      argv('echo', '', ' ', "it's", '$HOME', '*', '~', 'ä', 'a\nb'),
      "echo '' ' ' 'it'\\''s' '$HOME' '*' '~' 'ä' 'a\nb'",
    ],
    ['shell text stays as it is', raw('echo $HOME'), 'echo $HOME'],
    ['all', all(a, b, c), 'a 1 &&\nb &&\nc'],
    ['either', either(a, b), '{ a 1 || b; }'],
    ['a pipe', pipe(a, b, c), 'a 1 | b | c'],
    ['a group', group(a), '{ a 1; }'],
    ['a subshell', subshell(a), '( a 1 )'],
    ['quiet', quiet(a), 'a 1 >/dev/null 2>&1'],
    ['another user', runAs('postgres', a), 'runuser -u postgres -- a 1'],
    ['standard input', feed("it's", a), "printf %s 'it'\\''s' | a 1"],
    ['parts put together', concat(a, raw(' < '), argv('/f g')), "a 1 < '/f g'"],
  ])('%s', (_, command, expected) => {
    expect(text(command)).toBe(expected);
  });

  test('a file is written beside its place, checked, synced and renamed', () => {
    const placement = {
      path: '/etc/x/a b.conf',
      owner: 'root',
      group: 'redis',
      mode: '0640',
      validate: (path: string) => argv('check', path),
    };
    expect(text(writeFile(`pass ${token}`, placement))).toBe(
      [
        "( umask 077 && printf %s 'pass [secret redis]' > '/etc/x/.netvis-new.a b.conf' )",
        "chown root:redis '/etc/x/.netvis-new.a b.conf'",
        "chmod 0640 '/etc/x/.netvis-new.a b.conf'",
        "check '/etc/x/.netvis-new.a b.conf'",
        "sync '/etc/x/.netvis-new.a b.conf'",
        "mv -fT '/etc/x/.netvis-new.a b.conf' '/etc/x/a b.conf'",
        'sync /etc/x',
      ].join(' &&\n'),
    );
  });

  test('a file of the root directory has its temporary name there too', () => {
    expect(temporaryPath('/swapfile')).toBe('/.netvis-new.swapfile');
    expect(text(writeFile('', { path: '/swapfile', owner: 'root', group: 'root', mode: '0600' }))).toMatch(/sync \/$/);
  });
});

describe('what is put together holds together', () => {
  test.each([
    ['a list as an alternative', either(a, all(b, c)), '{ a 1 || { b &&\nc; }; }'],
    ['a list in a pipe', pipe(all(a, b), c), '{ a 1 &&\nb; } | c'],
    ['a list made quiet', quiet(all(a, b)), '{ a 1 &&\nb; } >/dev/null 2>&1'],
    ['a list that is fed', feed('x', all(a, b)), 'printf %s x | { a 1 &&\nb; }'],
    ['shell text of several commands', quiet(raw('a; b')), '{ a; b; } >/dev/null 2>&1'],
    ['parts of which one is a list', quiet(concat(a, raw(' && '), b)), '{ a 1 && b; } >/dev/null 2>&1'],
    ['a subshell as it is', quiet(subshell(all(a, b))), '( a 1 &&\nb ) >/dev/null 2>&1'],
    ['braces once', quiet(group(all(a, b))), '{ a 1 &&\nb; } >/dev/null 2>&1'],
    ['an alternative among all', all(either(a, b), c), '{ a 1 || b; } &&\nc'],
  ])('%s', (_, command, expected) => {
    expect(text(command)).toBe(expected);
  });

  test.each([
    ['a list', all(a, b)],
    ['a pipe', feed('x', a)],
    ['shell text of several commands', raw('a; b')],
  ])('%s is not run as another user in part', (_, command) => {
    expect(() => runAs('postgres', command)).toThrow('more than one program');
  });
});

describe('secrets', () => {
  test('may stand in what is fed or written, masked or revealed and then quoted', () => {
    const command = feed(`a ${token}`, argv('cat'));
    expect(text(command)).toBe("printf %s 'a [secret redis]' | cat");
    expect(toShell(command, (part) => revealSecrets(part, () => "it's"))).toBe("printf %s 'a it'\\''s' | cat");
  });

  test('may not stand in the arguments of a program or in shell text, and the error does not tell them', () => {
    expect(() => argv('psql', `password=${token}`)).toThrow('[secret redis]');
    expect(() => raw(`echo ${token}`)).toThrow('[secret redis]');
  });
});

describe('quoting against real shells', () => {
  const hostile = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 40 }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '\n', ' ', '!', '*', '#', '-', '~', ';', '&', '|', '(', '{', '='),
      maxLength: 20,
    }),
  );
  const values = fc.array(hostile.filter(canBeSent), { minLength: 30, maxLength: 60 });

  test.each(['dash', 'bash'])('%s gets back every value of any characters as it was', (shell) => {
    fc.assert(
      fc.property(values, (words) => {
        const script = words.map((word) => `printf '%s\\0' ${quote(word)}`).join('\n');
        expect(execFileSync(shell, { input: script }).toString('utf8').split('\0').slice(0, -1)).toEqual(words);
      }),
      { numRuns: 25 },
    );
  });

  test('a program gets exactly its arguments', () => {
    fc.assert(
      fc.property(values, (words) => {
        const script = text(argv('printf', '%s\\0', '-', ...words));
        expect(execFileSync('sh', { input: script }).toString('utf8').split('\0').slice(1, -1)).toEqual(words);
      }),
      { numRuns: 25 },
    );
  });

  test('a written file holds exactly its content, has its mode, and leaves nothing beside it', async () => {
    const directory = await temporaryDirectory();
    fc.assert(
      fc.property(hostile.filter(canBeSent), (content) => {
        const path = join(directory, "it's a $file");
        const command = writeFile(content, { path, ...mine, mode: '0640' });
        execFileSync('sh', { input: text(command) });
        expect(readFileSync(path, 'utf8')).toBe(content);
        expect(statSync(path).mode & 0o777).toBe(0o640);
        expect(readdirSync(directory)).toEqual(["it's a $file"]);
      }),
      { numRuns: 15 },
    );
  });

  test('a file that its check refuses stays as it was', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'a.conf');
    writeFileSync(path, 'old');
    const validate = (temporary: string) => argv('grep', '-q', 'good', temporary);
    const command = writeFile('bad', { path, ...mine, mode: '0600', validate });
    expect(() => execFileSync('sh', { input: text(command), stdio: 'pipe' })).toThrow();
    expect(readFileSync(path, 'utf8')).toBe('old');
  });

  test('a directory in the way is not written into', async () => {
    const path = join(await temporaryDirectory(), 'a.conf');
    mkdirSync(path);
    const command = writeFile('x', { path, ...mine, mode: '0600' });
    expect(() => execFileSync('sh', { input: text(command), stdio: 'pipe' })).toThrow();
    expect(readdirSync(path)).toEqual([]);
  });

  test('a NUL is refused', () => {
    expect(() => quote('a\0b')).toThrow('NUL');
  });
});
