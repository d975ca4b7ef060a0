import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { argv, concat, feed, raw } from '../../../../control-plane/src/core/remote-command.ts';
import { createLoginUser } from '../../../support/login-user.ts';
import { connectTo, lookupIn } from '../../../support/ssh-hosts.ts';
import { startSshd } from '../../../support/sshd.ts';

vi.setConfig({ testTimeout: 60_000 });

const timeoutMs = 20_000;

describe.each(['/bin/dash', '/bin/tcsh', '/usr/bin/fish', '/bin/rbash'])('behind the login shell %s', (shell) => {
  test.each([
    ['without', 'NOPASSWD: ALL', {}],
    ['with', 'ALL', { passwordSecret: 'sudo-h1' }],
  ])('a command runs by sudo %s a password, whatever the shell prints at login', async (_, rule, settings) => {
    const [sshd, user] = await Promise.all([startSshd(), createLoginUser([`USER ALL=(ALL) ${rule}`], shell)]);
    await noisyHome(sshd.directory);
    const become = { method: 'sudo', ...settings } as const;
    const host = connectTo(sshd, { ssh: { user: user.name, become }, lookup: lookupIn({ 'sudo-h1': user.password }) });
    const text = `it's "$HOME" \\n !! %s {a,b} ~\n`;
    const command = concat(feed(text, argv('cat')), raw('; id -un; pwd; umask; echo err >&2; exit 3'));
    expect(await host.run(command, { timeoutMs })).toEqual({ exitCode: 3, stdout: `${text}root\n/\n0022\n`, stderr: 'err\n' });
  });
});

/** Start-up files that print and go elsewhere, as the shells read them. */
async function noisyHome(directory: string): Promise<void> {
  const home = join(directory, 'home');
  await mkdir(join(home, '.config', 'fish'), { recursive: true });
  const noise = 'echo noise; cd /tmp; umask 077\n';
  for (const file of ['.bashrc', '.cshrc', '.profile', '.config/fish/config.fish']) await writeFile(join(home, file), noise);
  execFileSync('chmod', ['-R', 'a+rX', home]);
  execFileSync('chmod', ['711', directory]);
}
