import type { PostgresView } from '../../core/failover/postgres-view.ts';
import type { Descent } from '../../core/postgres/lineage.ts';
import type { ServerStatus } from '../../core/postgres/status.ts';
import { controlFileVersion, readIncarnation, readLineage, readState } from './data-directory.ts';
import { deadlineIn } from './deadline.ts';
import type { PostgresPlace } from './place.ts';
import { restingDescent, runningDescent } from './server-status.ts';

const controlFileMs = 2_000;

/** Reads what the data are; of a stopped server's control file only when it has changed. */
export class DataReader {
  readonly #place: PostgresPlace;
  #resting: { readonly version: string; readonly descent: Descent | null } | null = null;

  constructor(place: PostgresPlace) {
    this.#place = place;
  }

  /** `status` is the running server's last answer; without one the files have to tell. */
  async read(status: ServerStatus | null): Promise<PostgresView['data']> {
    const state = await readState(this.#place);
    if (state === 'empty') return { state, systemId: null, incarnation: null, history: [], epoch: 0 };
    const { promotions } = await readLineage(this.#place);
    const descent = status ? await runningDescent(this.#place, status) : await this.#readResting();
    return {
      state,
      systemId: descent?.systemId ?? null,
      incarnation: await readIncarnation(this.#place),
      history: descent?.history ?? [],
      epoch: Math.max(0, ...[...promotions, ...(status?.promotions ?? [])].map(({ epoch }) => epoch)),
    };
  }

  async #readResting(): Promise<Descent | null> {
    const version = `${await controlFileVersion(this.#place)} ${JSON.stringify(await readLineage(this.#place))}`;
    if (this.#resting?.version !== version) {
      this.#resting = { version, descent: await restingDescent(this.#place, deadlineIn(controlFileMs)) };
    }
    return this.#resting.descent;
  }
}
