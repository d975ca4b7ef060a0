import { describe, expect, test } from 'vitest';
import { asRoot, quoteWord, sshArgv } from '../lab/connection.ts';
import { run } from '../lab/process.ts';

const host = { name: 'n2', address: '10.88.1.12', login: 'netvis' as const, machine: '01-n2', folder: '/lab/n2' };
const files = { folder: '/my lab', identity: '/my lab/id', knownHosts: '/my lab/known_hosts', sudoPassword: '/my lab/sudo' };

describe('ssh to a host', () => {
  test('checks host keys against the lab’s own file and reads nothing of the user’s', () => {
    const argv = sshArgv(host, files, ['true']);
    expect(argv).toEqual(
      expect.arrayContaining(['StrictHostKeyChecking=yes', 'UserKnownHostsFile="/my lab/known_hosts"', 'IdentitiesOnly=yes']),
    );
    expect(argv.slice(0, 3)).toEqual(['ssh', '-F', '/dev/null']);
    expect(argv.slice(-2)).toEqual(['netvis@10.88.1.12', 'true']);
  });

  test('asks for a terminal only when no command is given', () => {
    expect(sshArgv(host, files)).toContain('-t');
    expect(sshArgv(host, files, ['true'])).not.toContain('-t');
  });
});

describe('a command with root’s rights', () => {
  test('is itself where the login is root', () => {
    expect(asRoot({ login: 'root' }, 'id -u', 'pw')).toEqual({ command: 'id -u', input: '' });
  });

  test('gets the password through stdin only where sudo asks', () => {
    expect(asRoot({ login: 'netvis' }, 'id', 'pw').input).toBe('');
    const asked = asRoot({ login: 'deploy' }, 'id', 'pw');
    expect(asked.input).toBe('pw\n');
    expect(asked.command).not.toContain('pw');
  });
});

test.each(["it's", '$(false) `false` "x"', 'a\nb', ''])('the shell gives the word %j back as it was', async (word) => {
  expect((await run(['sh', '-c', `printf %s ${quoteWord(word)}`])).stdout).toBe(word);
});
