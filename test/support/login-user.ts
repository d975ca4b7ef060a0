import { execFileSync } from 'node:child_process';
import { rm, writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';

/** A user of this machine that exists as long as the test. */
export type LoginUser = { readonly name: string; readonly password: string };

let made = 0;

/** `sudoers` are rules, one a line, `USER` standing for its name. Needs root. */
export async function createLoginUser(sudoers: readonly string[], shell = '/bin/sh'): Promise<LoginUser> {
  const name = `nvtest-${process.pid}-${made++}`;
  const password = `pass $word'${name}`;
  const rules = `/etc/sudoers.d/${name}`;
  execFileSync('useradd', ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', shell, name]);
  onTestFinished(async () => {
    execFileSync('userdel', [name]);
    await rm(rules, { force: true });
  });
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  const lines = sudoers.map((rule) => rule.replaceAll('USER', name));
  if (lines.length > 0) await writeFile(rules, `${lines.join('\n')}\n`, { mode: 0o440 });
  return { name, password };
}
