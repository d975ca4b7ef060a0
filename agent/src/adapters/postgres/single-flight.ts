import type { Moment } from '../../core/failover/moment.ts';

export type Flown<T> = { readonly at: Moment; readonly value: T };

/**
 * Something that is done again and again, and never twice at a time: what hangs would only pile up. `subject` names what it
 * is about; an answer about another one is dropped.
 */
export class SingleFlight<T> {
  readonly #now: () => Moment;
  readonly #ended: () => void;
  #since: Moment | null = null;
  #last: (Flown<T> & { readonly subject: string }) | null = null;

  constructor(now: () => Moment, ended: () => void) {
    this.#now = now;
    this.#ended = ended;
  }

  /** Begins, unless one is under way or the last one about this subject is younger than `restMs`. */
  begin(subject: string, restMs: number, run: () => Promise<T>): void {
    if (this.#since !== null || this.#ageMs(this.last(subject)?.at ?? null) < restMs) return;
    this.#since = this.#now();
    void run().then((value) => {
      this.#since = null;
      this.#last = { at: this.#now(), value, subject };
      this.#ended();
    });
  }

  last(subject: string): Flown<T> | null {
    return this.#last?.subject === subject ? this.#last : null;
  }

  /** How long the one under way has taken; 0 = none is. */
  pendingMs(): number {
    return this.#since === null ? 0 : this.#ageMs(this.#since);
  }

  #ageMs(moment: Moment | null): number {
    return moment === null ? Number.POSITIVE_INFINITY : this.#now().monotonicMs - moment.monotonicMs;
  }
}
