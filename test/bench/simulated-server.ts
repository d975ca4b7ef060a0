/**
 * Hosts that only answer: one process serves the ssh of many addresses and speaks for each of them its recording.
 * Started by fork with the path of its hosts; tells `ready`, and its totals whenever it is sent a message.
 */
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import ssh2, { type Connection, type ServerChannel } from 'ssh2';
import { nowMark } from './simulated-answer.ts';

/** What a server process reads: the host key, the port, and the answer of each address. */
export type ServedHosts = { readonly hostKey: string; readonly port: number; readonly answers: Readonly<Record<string, string>> };

/** Bytes as the hosts saw them since the last time they were asked. */
export type Totals = { readonly received: number; readonly sent: number; readonly cpuMs: number; readonly connections: number };

const { hostKey, port, answers } = JSON.parse(readFileSync(process.argv[2] ?? '', 'utf8')) as ServedHosts;
const counted = { received: 0, sent: 0, connections: 0 };
let cpu = process.cpuUsage();

await Promise.all(Object.entries(answers).map(([address, answer]) => serve(address, answer)));
process.send?.('ready');
process.on('message', () => process.send?.(takeTotals()));
process.on('disconnect', () => process.exit(0));

function serve(address: string, answer: string): Promise<void> {
  const server = new ssh2.Server({ hostKeys: [hostKey] }, (client) => welcome(client, answer));
  const listener = createServer({ noDelay: true }, (socket) => {
    counted.connections += 1;
    socket.once('close', () => {
      counted.received += socket.bytesRead;
      counted.sent += socket.bytesWritten;
    });
    server.injectSocket(socket);
  });
  return new Promise((resolve, reject) => {
    listener.once('error', reject);
    listener.listen({ port, host: address, backlog: 64 }, resolve);
  });
}

/** Any key is let in: who logs in is not what is measured. */
function welcome(client: Connection, answer: string): void {
  client.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ECONNRESET') console.error(error.message);
  });
  client.on('authentication', (login) => (login.method === 'publickey' ? login.accept() : login.reject(['publickey'])));
  client.on('session', (accept) => {
    accept().on('exec', (start, _refuse, { command }) => speak(start(), { command, answer }));
  });
}

/** Reads the script as the launched shell does, up to its mark, and answers if it asks for facts. */
function speak(channel: ServerChannel, { command, answer }: { command: string; answer: string }): void {
  const mark = /\becho (\w+);/.exec(command)?.[1] ?? '';
  let script = '';
  channel.write(`${mark}\n`);
  channel.stderr.write(`${mark}\n`);
  channel.setEncoding('utf8').on('data', (text: string) => {
    script += text;
  });
  channel.on('end', () => {
    const isFacts = script.endsWith(`#${mark}`) && script.includes('nv_exit=');
    if (isFacts) channel.write(answer.replaceAll(nowMark, `${Date.now()}`));
    channel.exit(isFacts ? 0 : 99);
    channel.end();
  });
}

function takeTotals(): Totals {
  const used = process.cpuUsage(cpu);
  cpu = process.cpuUsage();
  const totals = { ...counted, cpuMs: (used.user + used.system) / 1000 };
  Object.assign(counted, { received: 0, sent: 0, connections: 0 });
  return totals;
}
