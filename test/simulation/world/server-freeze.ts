/** SIGSTOP and SIGCONT of a whole server. */

import type { Server } from './host-state.ts';
import { drain } from './scheduling.ts';

export function freezeServer(server: Server): void {
  server.isFrozen = true;
}

/** What came meanwhile is done now. */
export function thawServer(server: Server): void {
  server.isFrozen = false;
  drain(server.backlog);
}
