import type { PostgresView } from '../../core/failover/postgres-view.ts';
import type { Descent } from '../../core/postgres/lineage.ts';
import { type ServerStatus, timelineOf } from '../../core/postgres/status.ts';
import { controlFileVersion, readIncarnation, readLineage, readState } from './data-directory.ts';
import { deadlineIn } from './deadline.ts';
import type { PostgresPlace } from './place.ts';
import { rememberedTexts } from './remembered-texts.ts';
import { restingDescent, runningDescent } from './server-status.ts';
import type { Answer } from './status-reader.ts';

const controlFileMs = 2_000;
/** Nobody but a running server and this agent writes to its data: what was read of them holds for so long. */
const runningDataMs = 1_000;

/** Reads what the data are; of a stopped server's control file only when it has changed. */
export class DataReader {
  readonly #place: PostgresPlace;
  readonly #nowMs: () => number;
  readonly #read = rememberedTexts();
  #running: { readonly of: string; readonly readAtMs: number; readonly data: PostgresView['data'] } | null = null;
  #resting: { readonly version: string; readonly descent: Descent | null } | null = null;

  /** `nowMs` never goes back. */
  constructor(place: PostgresPlace, nowMs: () => number) {
    this.#place = place;
    this.#nowMs = nowMs;
  }

  /** `answer` is the running server's last one; without it the files have to tell. */
  async read(answer: Answer | null): Promise<PostgresView['data']> {
    const status = answer?.status ?? null;
    const of =
      answer && JSON.stringify([answer.postmaster, answer.status.in_recovery, timelineOf(answer.status), answer.status.promotions]);
    const readAtMs = this.#nowMs();
    const known = this.#running;
    if (known?.of === of && readAtMs - known.readAtMs < runningDataMs) return known.data;
    const data = await this.#readFiles(status);
    this.#running = of === null ? null : { of, readAtMs, data };
    return data;
  }

  async #readFiles(status: ServerStatus | null): Promise<PostgresView['data']> {
    const state = await readState(this.#place);
    if (state === 'empty') return { state, systemId: null, incarnation: null, history: [], epoch: 0 };
    const { promotions } = await readLineage(this.#place, this.#read);
    const descent = status ? await runningDescent(this.#place, status) : await this.#readResting();
    return {
      state,
      systemId: descent?.systemId ?? null,
      incarnation: await readIncarnation(this.#place, this.#read),
      history: descent?.history ?? [],
      epoch: Math.max(0, ...[...promotions, ...(status?.promotions ?? [])].map(({ epoch }) => epoch)),
    };
  }

  async #readResting(): Promise<Descent | null> {
    const version = `${await controlFileVersion(this.#place)} ${JSON.stringify(await readLineage(this.#place, this.#read))}`;
    if (this.#resting?.version !== version) {
      this.#resting = { version, descent: await restingDescent(this.#place, deadlineIn(controlFileMs)) };
    }
    return this.#resting.descent;
  }
}
