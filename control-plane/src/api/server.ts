import closeWithGrace from 'close-with-grace';
import { NvError } from '../core/errors.ts';
import type { Api } from './api.ts';

export type ServeOptions = {
  /** `ADDRESS:PORT`, an IPv6 address in brackets; port 0 = any free one. */
  readonly listen: string;
  /** Ends what the service works with (worker, queue, connections), after the last request was answered. */
  readonly close: () => Promise<void>;
  readonly onListening: (url: string) => void;
};

/** How long requests in hand may take once a signal came. */
const graceMs = 10_000;

/**
 * Listens until SIGINT or SIGTERM, answers the requests in hand, and ends the process: with 0, or with 1 after a
 * failure. Rejects with NV_USAGE when the address cannot be had.
 */
export async function serve(app: Api, options: ServeOptions): Promise<void> {
  const { host, port } = parseListen(options.listen);
  try {
    options.onListening(await app.listen({ host, port }));
  } catch (error) {
    throw new NvError({ code: 'NV_USAGE', message: `cannot listen on ${options.listen}: ${(error as Error).message}` }, { cause: error });
  }
  closeWithGrace({ delay: graceMs, logger: { error: (error) => app.log.error(error) } }, async ({ err, signal }) => {
    if (err) app.log.fatal({ err }, 'stopping after a failure');
    else app.log.info({ signal }, 'stopping');
    await app.close();
    await options.close();
  });
}

/** Address and port of `ADDRESS:PORT`. Throws NV_USAGE. */
export function parseListen(listen: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([\da-f:]+)\]|([^:[\]]+)):(\d{1,5})$/i.exec(listen) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host !== undefined && port <= 65_535) return { host, port };
  throw new NvError({ code: 'NV_USAGE', message: `cannot listen on "${listen}"`, hint: 'It looks like 127.0.0.1:21320 or [::1]:21320.' });
}
