import { connect, type Socket } from 'node:net';
import { encodeCommand, parseReplies, type RespReply } from '../core/readings/resp.ts';

export type RedisEndpoint = { readonly address: string; readonly port: number; readonly password?: string | undefined };

/**
 * Sends the commands over a connection of its own and gives one reply each, in order. A password is sent first; a
 * refused one is the error of the call. Rejects when the connection fails, ends early or `signal` fires.
 */
export async function redisCommands(
  endpoint: RedisEndpoint,
  commands: readonly (readonly string[])[],
  signal: AbortSignal,
): Promise<readonly RespReply[]> {
  const login = endpoint.password === undefined ? [] : [['AUTH', endpoint.password]];
  const replies = await exchange(connect({ host: endpoint.address, port: endpoint.port, signal }), [...login, ...commands]);
  const [first] = replies;
  if (login.length > 0 && typeof first === 'object' && first !== null && 'error' in first) throw new Error(first.error);
  return replies.slice(login.length);
}

function exchange(socket: Socket, commands: readonly (readonly string[])[]): Promise<readonly RespReply[]> {
  return new Promise((resolve, reject) => {
    let received = '';
    socket.setEncoding('latin1');
    socket.on('error', reject);
    socket.on('close', () => reject(new Error('the connection was closed')));
    socket.on('connect', () => socket.write(commands.map(encodeCommand).join('')));
    socket.on('data', (chunk) => {
      received += chunk;
      const replies = attempt(() => parseReplies(received), reject);
      if (replies === null || replies.length < commands.length) return;
      resolve(replies);
      socket.destroy();
    });
  });
}

function attempt<T>(run: () => T, fail: (error: unknown) => void): T | null {
  try {
    return run();
  } catch (error) {
    fail(error);
    return null;
  }
}
