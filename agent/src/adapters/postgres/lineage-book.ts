import { type LineageFile, mergePromotions, type Promotion, printLineage } from '../../core/postgres/lineage.ts';
import { readControlFile, readHistory, readLineage } from './data-directory.ts';
import type { Deadline } from './deadline.ts';
import { writeDurably } from './durable-file.ts';
import { type PostgresPlace, pathsOf } from './place.ts';
import { rememberedTexts } from './remembered-texts.ts';

/** The lineage file of this host. Verbs and the sensor both write it, each after what the other has written. */
export class LineageBook {
  readonly #place: PostgresPlace;
  readonly #read = rememberedTexts();
  #last: Promise<unknown> = Promise.resolve();

  constructor(place: PostgresPlace) {
    this.#place = place;
  }

  /** Adds what the running server's rows say, so that it is known while no server runs. */
  remember(rows: readonly Promotion[]): Promise<void> {
    return this.update((now) => ({ ...now, promotions: mergePromotions(rows, now.promotions) }));
  }

  /**
   * Ends the order that lies in the file: the data have reached `timeline`, which that promotion made, or they are still
   * where they were and it was never carried out.
   */
  settle(timeline: number): Promise<void> {
    return this.update(async ({ promotions, pending }) => {
      if (pending === null) return { promotions, pending };
      const { fromTimeline, ...order } = pending;
      const branch = (await readHistory(this.#place, timeline, promotions)).pop();
      const made: Promotion[] = timeline > fromTimeline && branch ? [{ ...order, timeline, forkLsn: branch.forkLsn }] : [];
      return { promotions: mergePromotions(promotions, made), pending: null };
    });
  }

  /** The same for a stopped server, before it is started or rewound. */
  async settleResting(deadline: Deadline): Promise<void> {
    const control = await readControlFile(this.#place, deadline);
    if (control !== null) await this.settle(control.timeline);
  }

  /** Replaces the file by what `change` makes of it, if that is something else. */
  update(change: (now: LineageFile) => LineageFile | Promise<LineageFile>): Promise<void> {
    const updated = this.#last.then(() => this.#replace(change));
    // Whether it failed is for whoever asked; the next change only has to come after it.
    this.#last = updated.catch(() => undefined);
    return updated;
  }

  async #replace(change: (now: LineageFile) => LineageFile | Promise<LineageFile>): Promise<void> {
    const now = await readLineage(this.#place, this.#read);
    const text = printLineage(await change(now));
    if (text !== printLineage(now)) await writeDurably(pathsOf(this.#place).lineage, text, this.#place.systemUser);
  }
}
