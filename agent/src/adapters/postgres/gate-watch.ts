import type { Gate } from '../../core/postgres/gate.ts';
import { deadlineIn } from './deadline.ts';
import { readText } from './durable-file.ts';
import { gateText, hasLoaded } from './gate-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';

const patienceMs = 300;

/**
 * The gate as the server runs with it. What a server has loaded is proven once, by a connection, for each file and postmaster.
 * Open by rules that are no longer apply's counts as shut: opening it again brings today's.
 */
export class GateWatch {
  readonly #place: PostgresPlace;
  #proven: { readonly key: string; readonly gate: Gate } | null = null;

  constructor(place: PostgresPlace) {
    this.#place = place;
  }

  /** `postmaster` identifies the running server. Rejects where it does not answer. */
  async read(postmaster: string): Promise<Gate> {
    const text = await readText(pathsOf(this.#place).gate);
    const open = (await gateText(this.#place, 'open')).text;
    const written = text === open ? 'open' : 'shut';
    const key = `${postmaster} ${text}`;
    if (this.#proven?.key === key) return this.#proven.gate;
    const isToday = written === 'open' || text === (await gateText(this.#place, 'shut')).text;
    if (!isToday) return 'shut';
    if (!(await hasLoaded(this.#place, written, deadlineIn(patienceMs)))) return written === 'open' ? 'shut' : 'open';
    this.#proven = { key, gate: written };
    return written;
  }
}
