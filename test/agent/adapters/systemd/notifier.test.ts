import { execFileSync } from 'node:child_process';
import { expect, onTestFinished, test, vi } from 'vitest';
import { systemdSupervisor } from '../../../../agent/src/adapters/systemd/notifier.ts';
import { datagramListener } from '../../../support/datagram-listener.ts';

const soon = { timeout: 10_000, interval: 10 };

async function supervised() {
  const { path, messages } = await datagramListener();
  const lines: string[] = [];
  const supervisor = systemdSupervisor({ NOTIFY_SOCKET: path }, (_, message) => lines.push(message));
  onTestFinished(() => supervisor.close());
  return { supervisor, messages, lines };
}

test('systemd hears that the agent is ready, then that it lives', async () => {
  const { supervisor, messages } = await supervised();
  supervisor.alive();
  supervisor.ready();
  supervisor.alive();
  supervisor.alive();
  await vi.waitFor(() => expect(messages).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']), soon);
});

test('a child that ends is replaced, and the journal says so', async () => {
  const { supervisor, messages, lines } = await supervised();
  supervisor.ready();
  await vi.waitFor(() => expect(messages).toHaveLength(1), soon);
  for (const pid of childrenNamed('netvis-agent notify')) process.kill(pid, 'SIGKILL');
  await vi.waitFor(() => expect(lines).toHaveLength(1), soon);
  supervisor.alive();
  await vi.waitFor(() => expect(messages).toEqual(['READY=1', 'WATCHDOG=1']), soon);
});

test('the child ends when the agent no longer needs it', async () => {
  const { supervisor, messages, lines } = await supervised();
  supervisor.ready();
  await vi.waitFor(() => expect(messages).toHaveLength(1), soon);
  supervisor.close();
  await vi.waitFor(() => expect(childrenNamed('netvis-agent notify')).toEqual([]), soon);
  expect(lines).toEqual([]);
});

test('without systemd nothing is started', () => {
  const supervisor = systemdSupervisor({}, () => undefined);
  supervisor.ready();
  supervisor.alive();
  supervisor.close();
  expect(childrenNamed('netvis-agent notify')).toEqual([]);
});

/** Children of this very process. */
function childrenNamed(name: string): readonly number[] {
  const table = execFileSync('ps', ['-o', 'pid=,args=', '--ppid', `${process.pid}`], { encoding: 'utf8' });
  return table
    .split('\n')
    .filter((line) => line.includes(name))
    .map((line) => Number.parseInt(line, 10));
}
