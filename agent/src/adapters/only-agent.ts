import { createServer } from 'node:net';

/**
 * Makes this process the host's only agent for that purpose until it ends, however it ends: false when another one lives.
 * It holds a name in the kernel's abstract socket namespace, which no file outlasts.
 */
export function becomeOnlyAgent(purpose: string): Promise<boolean> {
  const server = createServer((socket) => socket.destroy());
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(false) : reject(error)));
    server.listen({ path: `\0netvis-agent ${purpose}` }, () => {
      server.unref();
      resolve(true);
    });
  });
}
