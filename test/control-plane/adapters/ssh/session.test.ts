import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import type { Privilege } from '../../../../control-plane/src/adapters/ssh/launcher.ts';
import { talk } from '../../../../control-plane/src/adapters/ssh/session.ts';
import type { SshTarget } from '../../../../control-plane/src/adapters/ssh/target.ts';

type Channel = Parameters<typeof talk>[0];

const mark = 'nvmark';
const target = { name: 'h1', host: '10.0.0.1', port: 22, user: 'me' } as SshTarget;

/** A session whose far end the test plays: `say`, `complain`, `exit`; `sent` is what we wrote. */
function session(privilege: Privilege, password?: string) {
  const sent: string[] = [];
  const stream = Object.assign(new PassThrough(), {
    stderr: new PassThrough(),
    close: () => undefined,
    write: (text: string) => sent.push(text) > 0,
    end: (text: string) => sent.push(`${text}<end>`),
  });
  const channel = stream as unknown as Channel;
  const outcome = talk(channel, { target, script: 'do it', mark, privilege, password }).catch((error: Error) => error);
  const exit = (...how: unknown[]) => {
    if (how.length > 0) channel.emit('exit', ...how);
    channel.emit('close');
    return outcome;
  };
  const say = (text: string) => void channel.emit('data', Buffer.from(text));
  const complain = (text: string) => void channel.stderr.emit('data', Buffer.from(text));
  return { sent, say, complain, exit };
}

test('the script is sent at once and sealed where no password can be asked for', () => {
  expect(session('none').sent).toEqual(['do it\n#nvmark<end>']);
  expect(session('sudo').sent).toEqual(['do it\n#nvmark<end>']);
});

test('the password is sent when sudo asks, the script when the shell has started', () => {
  const { sent, say, complain } = session('sudo-password', 'pass word');
  expect(sent).toEqual([]);
  complain('lecture nvmark-pass');
  expect(sent).toEqual([]);
  complain('word');
  complain(' ');
  expect(sent).toEqual(['pass word\n']);
  say('nvmark\n');
  expect(sent).toEqual(['pass word\n', 'do it\n#nvmark<end>']);
});

test('the password is not sent when sudo does not ask', () => {
  const { sent, say, complain } = session('sudo-password', 'pass word');
  complain('nvmark\n');
  say('nvmark\n');
  complain('nvmark-password');
  expect(sent).toEqual(['do it\n#nvmark<end>']);
});

test('a channel that closes without an exit code is a lost connection, whatever it printed', async () => {
  const { say, exit } = session('none');
  say('nvmark\nall is well\n');
  expect(await exit()).toMatchObject({ code: 'NV_SSH_LOST' });
});

test('a command that a signal ended has the exit code shells give it', async () => {
  const { say, exit } = session('none');
  say('nvmark\nx');
  expect(await exit(null, 'SIGKILL')).toEqual({ exitCode: 137, stdout: 'x', stderr: '' });
});

test('what sudo says is told without the password', async () => {
  const { complain, exit } = session('sudo-password', 'pass word');
  complain('nvmark-password\nwe do not know "pass word"\n');
  const error = await exit(1);
  expect(error).toMatchObject({ code: 'NV_SUDO', message: 'h1: sudo did not start the command: we do not know "[secret]"' });
});
