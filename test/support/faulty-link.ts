import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

/**
 * `pass` · `mute`: what the server says is held back until the link passes again · `refuse`: connections end at once.
 */
export type LinkMode = 'pass' | 'mute' | 'refuse';

/** A TCP port of loopback that leads to another one, and can be broken. */
export type FaultyLink = { readonly port: number; set(mode: LinkMode): void; close(): void };

export async function faultyLink(targetPort: number): Promise<FaultyLink> {
  const pairs = new Set<readonly [Socket, Socket]>();
  let mode: LinkMode = 'pass';
  const server = createServer((near) => {
    if (mode === 'refuse') return near.destroy();
    const pair = [near, connect(targetPort, '127.0.0.1')] as const;
    pairs.add(pair);
    join(pair, () => pairs.delete(pair));
    if (mode === 'mute') pair[1].pause();
    return undefined;
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const bound = server.address();
  if (bound === null || typeof bound === 'string') throw new Error('no port');
  return {
    port: bound.port,
    set(wanted) {
      mode = wanted;
      for (const pair of pairs) apply(pair, wanted);
    },
    close() {
      server.close();
      for (const pair of pairs) apply(pair, 'refuse');
    },
  };
}

function join([near, far]: readonly [Socket, Socket], gone: () => void): void {
  for (const [from, to] of [[near, far] as const, [far, near] as const]) {
    from.on('data', (chunk) => to.write(chunk));
    from.on('error', () => from.destroy());
    from.on('close', () => {
      to.destroy();
      gone();
    });
  }
}

function apply([near, far]: readonly [Socket, Socket], mode: LinkMode): void {
  if (mode === 'refuse') near.destroy();
  else if (mode === 'mute') far.pause();
  else far.resume();
}
