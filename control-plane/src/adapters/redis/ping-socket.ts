import { createConnection } from 'node:net';

/** What listens on a socket: `ready` answers PING, `busy` answers something else (it is loading), `dead` does not answer. */
export type SocketState = 'ready' | 'busy' | 'dead';

/** Asks a Redis on a unix socket whether it serves; never rejects. */
export function pingSocket(path: string, timeoutMs = 1000): Promise<SocketState> {
  return new Promise((resolve) => {
    const socket = createConnection({ path });
    const settle = (state: SocketState) => {
      socket.destroy();
      resolve(state);
    };
    socket.setTimeout(timeoutMs, () => settle('dead'));
    socket.once('error', () => settle('dead'));
    socket.once('close', () => settle('dead'));
    socket.once('data', (data) => settle(data.toString().startsWith('+PONG') ? 'ready' : 'busy'));
    socket.write('PING\r\n');
  });
}
