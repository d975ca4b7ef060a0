/** What happens at a moment of virtual time. */
export type Event = { readonly atMs: number; readonly order: number; readonly run: () => void };

/** A binary heap of events: earliest first, and of two at the same moment the one that was added first. */
export class EventQueue {
  readonly #heap: Event[] = [];
  #added = 0;

  get size(): number {
    return this.#heap.length;
  }

  add(atMs: number, run: () => void): void {
    const event = { atMs, order: this.#added++, run };
    let hole = this.#heap.push(event) - 1;
    while (hole > 0) {
      const parent = (hole - 1) >> 1;
      const above = this.#heap[parent] as Event;
      if (isBefore(above, event)) break;
      this.#heap[hole] = above;
      hole = parent;
    }
    this.#heap[hole] = event;
  }

  /** Takes out the next event; undefined when nothing is left to happen. */
  take(): Event | undefined {
    const first = this.#heap[0];
    const last = this.#heap.pop();
    if (last !== undefined && last !== first) this.#sink(last);
    return first;
  }

  #sink(event: Event): void {
    const size = this.#heap.length;
    let hole = 0;
    for (let child = 1; child < size; child = 2 * hole + 1) {
      const right = child + 1;
      if (right < size && isBefore(this.#heap[right] as Event, this.#heap[child] as Event)) child = right;
      const below = this.#heap[child] as Event;
      if (isBefore(event, below)) break;
      this.#heap[hole] = below;
      hole = child;
    }
    this.#heap[hole] = event;
  }
}

function isBefore(a: Event, b: Event): boolean {
  return a.atMs < b.atMs || (a.atMs === b.atMs && a.order < b.order);
}
