import { type ChildProcess, spawn } from 'node:child_process';
import type { Journal } from '../../ports/outlets.ts';
import type { Supervisor } from '../../ports/supervisor.ts';

/**
 * Node has no unix datagram sockets, so a resident child passes what it reads on to systemd, a message a line; it ends with
 * this process. Perl's base is part of every Debian, and starting `systemd-notify` for each message would cost a process each.
 */
const program = `
use Socket; my $path = $ENV{NOTIFY_SOCKET}; $path =~ s/^@/\\0/;
socket my $socket, AF_UNIX, SOCK_DGRAM, 0 or die; $0 = 'netvis-agent notify';
while (<STDIN>) { chomp; send $socket, $_, MSG_DONTWAIT, pack_sockaddr_un($path) }`;

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * systemd by way of NOTIFY_SOCKET; the unit needs `NotifyAccess=all`, for the child is not its main process. A child that
 * ends is replaced at the next message.
 */
export function systemdSupervisor(environment: Environment, journal: Journal): Supervisor {
  if (!environment.NOTIFY_SOCKET) return { ready: () => undefined, alive: () => undefined, close: () => undefined };
  let child: ChildProcess | null = null;
  let isReady = false;
  const start = () => {
    const started = spawn('/usr/bin/perl', ['-e', program], { stdio: ['pipe', 'ignore', 'inherit'], env: { ...environment } });
    const gone = (reason: string) => {
      if (child !== started) return;
      child = null;
      journal('warning', 'what tells systemd that the agent lives has ended', { reason });
    };
    started.on('error', (error) => gone(error.message));
    started.on('exit', (code, signal) => gone(`${signal ?? code}`));
    started.stdin?.on('error', (error) => gone(error.message));
    return started;
  };
  const tell = (message: string) => {
    child ??= start();
    child.stdin?.write(`${message}\n`);
  };
  return {
    ready() {
      isReady = true;
      tell('READY=1');
    },
    alive: () => isReady && tell('WATCHDOG=1'),
    close() {
      const last = child;
      child = null;
      last?.stdin?.end();
    },
  };
}
