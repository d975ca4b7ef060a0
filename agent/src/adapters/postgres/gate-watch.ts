import type { Gate } from '../../core/postgres/gate.ts';
import { deadlineIn } from './deadline.ts';
import { gateText, hasLoaded } from './gate-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import { rememberedTexts } from './remembered-texts.ts';

const patienceMs = 300;

/** A server, its rules as they lie there, and apply's rules of today. */
type Found = { readonly postmaster: string; readonly text: string | null; readonly rules: string | null };

/**
 * The gate as the server runs with it. What a server has loaded is proven once, by a connection, for each file and postmaster.
 * Open by rules that are no longer apply's counts as shut: opening it again brings today's.
 */
export class GateWatch {
  readonly #place: PostgresPlace;
  readonly #read = rememberedTexts();
  #proven: (Found & { readonly gate: Gate }) | null = null;

  constructor(place: PostgresPlace) {
    this.#place = place;
  }

  /** `postmaster` identifies the running server. Rejects where it does not answer. */
  async read(postmaster: string): Promise<Gate> {
    const text = await this.#read(pathsOf(this.#place).gate);
    const rules = await this.#read(this.#place.clientRules);
    const found = { postmaster, text, rules };
    if (this.#proven && isSame(this.#proven, found)) return this.#proven.gate;
    const written = text === (await gateText(this.#place, 'open')).text ? 'open' : 'shut';
    const isToday = written === 'open' || text === (await gateText(this.#place, 'shut')).text;
    if (!isToday) return 'shut';
    if (!(await hasLoaded(this.#place, written, deadlineIn(patienceMs)))) return written === 'open' ? 'shut' : 'open';
    this.#proven = { ...found, gate: written };
    return written;
  }
}

function isSame(one: Found, other: Found): boolean {
  return one.postmaster === other.postmaster && one.text === other.text && one.rules === other.rules;
}
