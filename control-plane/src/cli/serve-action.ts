import { serve } from '../api/server.ts';
import { openService } from '../compose-service.ts';

export type ServeActionOptions = {
  readonly listen: string;
  readonly inventory?: string;
  readonly stateDir?: string;
  readonly version: string;
};

/** Serves until a signal ends the process. Where it listens, and a first token, go to stdout; the log goes to stderr. */
export async function serveAction(options: ServeActionOptions): Promise<void> {
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const service = await openService({
    ...options,
    onFirstToken: (token) => say(`token of the first admin, shown this once: ${token}`),
    log: process.stderr,
  });
  try {
    await serve(service.app, { listen: options.listen, close: service.close, onListening: (url) => say(`listening on ${url}`) });
  } catch (error) {
    await service.app.close();
    await service.close();
    throw error;
  }
}
