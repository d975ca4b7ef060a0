import type { ServerStatus } from '../../core/postgres/status.ts';
import { trackWaits, type Waits } from '../../core/postgres/waits.ts';
import { by, type Deadline, deadlineIn } from './deadline.ts';
import type { PostgresPlace } from './place.ts';
import { readStatus } from './server-status.ts';
import { type HeldSession, heldSession, ownServer } from './session.ts';

/** What a server has answered last; `waits` are the commits that wait for a standby. */
export type Answer = { readonly postmaster: string; readonly status: ServerStatus; readonly waits: Waits };

/** A statement is never given up: one that hangs is waited for until its session ends, and none is sent beside it. */
const untilItEnds = 86_400_000;

/** Reads the running server over one session that is kept. */
export class StatusReader {
  readonly #session: HeldSession;
  #asking: Promise<unknown> | null = null;
  #answer: Answer | null = null;

  constructor(place: PostgresPlace) {
    this.#session = heldSession(ownServer(place, 'status'));
  }

  /** Asks, unless a question is still open, and waits for the answer. Rejects with a LateError, or with the server's error. */
  async ask(postmaster: string, deadline: Deadline): Promise<void> {
    this.#asking ??= this.#read(postmaster).finally(() => {
      this.#asking = null;
    });
    await by(deadline, 'an answer of the server', this.#asking);
  }

  /** The last answer of the server with this postmaster. */
  last(postmaster: string): Answer | null {
    return this.#answer?.postmaster === postmaster ? this.#answer : null;
  }

  end(): void {
    this.#session.end();
  }

  async #read(postmaster: string): Promise<void> {
    const before = this.last(postmaster);
    const status = await readStatus(this.#session, deadlineIn(untilItEnds), before?.status.has_schema ?? false);
    const waits = trackWaits(before?.waits ?? new Map(), status.waiters, status.flush_lsn ?? 0);
    this.#answer = { postmaster, status, waits };
  }
}
