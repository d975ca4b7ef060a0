import type { PostgresPlace } from './place.ts';
import { findPostmaster } from './processes.ts';
import { openSession, ownServer, type Session } from './session.ts';

/** An idle session whose end tells of the postmaster's death within milliseconds; a busy one would end later. */
export class PostmasterWatch {
  #session: Promise<Session> | null = null;
  readonly #place: PostgresPlace;
  readonly #gone: () => void;

  constructor(place: PostgresPlace, gone: () => void) {
    this.#place = place;
    this.#gone = gone;
  }

  /** Opens the session, if there is none, without waiting for it. */
  keep(): void {
    if (this.#session !== null) return;
    const forget = () => {
      this.#session = null;
    };
    const lost = () => {
      forget();
      // Where that cannot be told, the look that follows tells why.
      void findPostmaster(this.#place).then((postmaster) => postmaster === null && this.#gone(), this.#gone);
    };
    this.#session = openSession(ownServer(this.#place, 'watch'), { lost });
    // A server that lets nobody in is the probe's to tell; the next reading tries again.
    this.#session.catch(forget);
  }

  end(): void {
    // One that could not be opened has nothing to end.
    void this.#session?.then((session) => session.end()).catch(() => undefined);
    this.#session = null;
  }
}
