/**
 * What happened, in order. The text is made only in a run that is read: making it costs more than the run itself.
 */
export class Trace {
  readonly lines: string[] = [];
  readonly #isKept: boolean;

  constructor(isKept: boolean) {
    this.#isKept = isKept;
  }

  tell(atMs: number, line: () => string): void {
    if (this.#isKept) this.lines.push(`${atMs.toFixed(1).padStart(9)} ${line()}`);
  }
}
