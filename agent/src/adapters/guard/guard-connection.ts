import { connect, type Socket } from 'node:net';

/** One connection to the guard, for one question at a time. */
export type GuardConnection = {
  /**
   * Says a line and gives the line that comes back. Rejects when the connection ends first, also because `deadline` comes:
   * then it is of no more use, so no late answer is ever taken for another question's.
   */
  ask(line: string, deadline: AbortSignal): Promise<string>;
  isOpen(): boolean;
  close(): void;
};

/** Connects to the guard's socket; what fails shows at the question. A connection without a question keeps no process alive. */
export function connectToGuard(path: string): GuardConnection {
  const socket = connect({ path });
  const answer = answersOf(socket);
  return {
    isOpen: () => socket.writable,
    close: () => void socket.destroy(),
    async ask(line, deadline) {
      const late = () => void socket.destroy(new Error('the guard does not answer in time'));
      if (deadline.aborted) late();
      deadline.addEventListener('abort', late);
      socket.ref();
      try {
        const answered = answer();
        socket.write(`${line}\n`);
        return await answered;
      } finally {
        socket.unref();
        deadline.removeEventListener('abort', late);
      }
    },
  };
}

/** Gives the next line that comes; what came before it was asked for is nobody's. */
function answersOf(socket: Socket): () => Promise<string> {
  let heard = '';
  let waiting: PromiseWithResolvers<string> | null = null;
  socket.setEncoding('latin1');
  socket.on('data', (chunk) => {
    heard += chunk;
    const end = heard.indexOf('\n');
    if (end >= 0) waiting?.resolve(heard.slice(0, end));
  });
  socket.on('error', (error) => waiting?.reject(error));
  socket.on('close', () => waiting?.reject(new Error('the guard hung up')));
  return () => {
    heard = '';
    waiting = Promise.withResolvers<string>();
    return waiting.promise;
  };
}
