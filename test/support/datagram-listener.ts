import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { onTestFinished } from 'vitest';
import { temporaryDirectory } from './temporary-directory.ts';

const program = `
use Socket; $| = 1; socket my $s, AF_UNIX, SOCK_DGRAM, 0 or die; bind $s, pack_sockaddr_un($ARGV[0]) or die $!; print "listens\\n";
while (defined recv $s, my $message, 999, 0) { print "$message\\n" }`;

/** A unix datagram socket as systemd's, which Node cannot have: its path and every message so far. Goes with the test. */
export async function datagramListener(): Promise<{ readonly path: string; readonly messages: readonly string[] }> {
  const path = join(await temporaryDirectory(), 'notify');
  const child = spawn('perl', ['-e', program, path], { stdio: ['ignore', 'pipe', 'inherit'] });
  onTestFinished(() => void child.kill('SIGKILL'));
  const messages: string[] = [];
  const lines = createInterface({ input: child.stdout });
  await once(lines, 'line');
  lines.on('line', (line) => messages.push(line));
  return { path, messages };
}
