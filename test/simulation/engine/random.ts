import { type RandomNumbers, seededRandom } from '../../support/seeded-random.ts';

/** A seeded stream of pseudo-random choices: the same seed, the same stream. */
export class Random {
  /** The next number, 0 ≤ n < 1. */
  readonly next: RandomNumbers;

  constructor(seed: number) {
    this.next = seededRandom(seed);
  }

  between(low: number, high: number): number {
    return low + (high - low) * this.next();
  }

  chance(probability: number): boolean {
    return probability > 0 && this.next() < probability;
  }

  pick<T>(choices: readonly T[]): T {
    return choices[Math.floor(this.next() * choices.length)] as T;
  }

  /** A name of 8 hexadecimal digits. */
  name(): string {
    return Math.floor(this.next() * 4294967296)
      .toString(16)
      .padStart(8, '0');
  }
}
