import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { onTestFinished } from 'vitest';

/** A user of this machine that exists as long as the test. */
export type LoginUser = { readonly name: string; readonly password: string };

let made = 0;

/** `sudoers` are rules, one a line, `USER` standing for its name. Needs root. */
export async function createLoginUser(sudoers: readonly string[], shell = '/bin/sh'): Promise<LoginUser> {
  const name = `nvtest-${process.pid}-${made++}`;
  const password = `pass $word'${name}`;
  await removeLeftBehind();
  execFileSync('useradd', ['--system', '--no-create-home', '--home-dir', '/nonexistent', '--shell', shell, name]);
  onTestFinished(() => removeUser(name));
  execFileSync('chpasswd', { input: `${name}:${password}\n` });
  const lines = sudoers.map((rule) => rule.replaceAll('USER', name));
  if (lines.length > 0) await writeFile(rulesOf(name), `${lines.join('\n')}\n`, { mode: 0o440 });
  return { name, password };
}

/** A test run that was killed leaves its users; their names hold its process id. */
async function removeLeftBehind(): Promise<void> {
  const users = await readFile('/etc/passwd', 'utf8');
  for (const [name, pid] of users.matchAll(/^nvtest-(\d+)-\d+(?=:)/gm)) if (!existsSync(`/proc/${pid}`)) await removeUser(name);
}

/** The user's last session may still be ending. */
async function removeUser(name: string): Promise<void> {
  await rm(rulesOf(name), { force: true });
  execFileSync('userdel', ['--force', name], { stdio: 'pipe' });
}

function rulesOf(name: string): string {
  return `/etc/sudoers.d/${name}`;
}
