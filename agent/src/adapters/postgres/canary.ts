import { setTimeout as delay } from 'node:timers/promises';
import type { Canary } from '../../core/failover/postgres-view.ts';
import { canaryStatement } from '../../core/postgres/schema.ts';
import type { Outcome } from '../../ports/postgres-control.ts';
import { by, deadlineIn, LateError } from './deadline.ts';
import { findPostmaster } from './processes.ts';
import { openSession, ownServer, type Session } from './session.ts';
import { act, check, done, refused, runSteps } from './steps.ts';
import { budgetsMs, requireRunning, type VerbParts } from './verb.ts';

/** The wait's bound: the commit lies before the flushed end of the WAL at the moment when it is seen waiting. */
const waitStatement = `SELECT (pg_current_wal_flush_lsn() - '0/0'::pg_lsn)::text AS lsn FROM pg_stat_activity
  WHERE pid = $1 AND wait_event = 'SyncRep'`;

type Perched = { readonly postmasterPid: number; readonly session: Session; readonly canary: Canary };

/** The agent's canaries: at most one is on its way. */
export class CanaryPerch {
  #perched: Perched | null = null;
  readonly #parts: VerbParts;
  readonly #changed: () => void;

  /** `changed` is called with every new state of a canary. */
  constructor(parts: VerbParts, changed: () => void) {
    this.#parts = parts;
    this.#changed = changed;
  }

  /** See PostgresControl.canary. */
  sing(id: string): Promise<Outcome> {
    const steps = [
      check('no other one is on its way', async () => standing(this.#perched?.canary ?? null, id)),
      check('the server runs', () => requireRunning(this.#parts)),
      act('commit it', () => this.#commit(id)),
    ];
    return runSteps('canary', steps, this.#parts.interrupt);
  }

  /** The latest canary of the server with this postmaster. */
  state(postmasterPid: number): Canary | null {
    return this.#perched?.postmasterPid === postmasterPid ? this.#perched.canary : null;
  }

  end(): void {
    this.#perched?.session.end();
  }

  async #commit(id: string): Promise<void> {
    const session = await this.#begin(id);
    try {
      const returned = session.query(canaryStatement, [id]);
      await Promise.all([returned, this.#seeItWait(session, returned)]);
      this.#change({ state: 'returned' });
    } catch (error) {
      this.#perched = null;
      this.#changed();
      throw error;
    } finally {
      session.end();
    }
  }

  async #begin(id: string): Promise<Session> {
    const postmasterPid = (await findPostmaster(this.#parts.place))?.pid ?? 0;
    const config = ownServer(this.#parts.place, 'canary', { synchronous_commit: 'on' });
    const opening = openSession(config, { warning: () => this.#change({ warned: true }) });
    const session = await by(deadlineIn(budgetsMs.canarySession), 'a session for the canary', opening);
    this.#perched = { postmasterPid, session, canary: { id, lsn: null, state: 'running', warned: false } };
    this.#changed();
    return session;
  }

  /** Looks until the canary's backend is seen to wait for a standby, or has returned. */
  async #seeItWait({ backendPid }: Session, returned: Promise<unknown>): Promise<void> {
    let over = false;
    const end = () => {
      over = true;
    };
    returned.then(end, end);
    while (!over) {
      const [row] = await this.#parts.control.query(deadlineIn(budgetsMs.names), waitStatement, [backendPid]).catch(lateIsNothing);
      if (row) return this.#change({ lsn: Number(row.lsn), state: 'waiting' });
      await delay(2);
    }
  }

  #change(canary: Partial<Canary>): void {
    if (this.#perched) this.#perched = { ...this.#perched, canary: { ...this.#perched.canary, ...canary } };
    this.#changed();
  }
}

function standing(canary: Canary | null, id: string): Outcome | undefined {
  if (canary === null || (canary.state === 'returned' && canary.id !== id)) return undefined;
  return canary.state === 'returned' ? done : refused('another-canary');
}

function lateIsNothing(error: unknown): [] {
  if (error instanceof LateError) return [];
  throw error;
}
