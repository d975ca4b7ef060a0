/** The rules that hold at every step. */
export type Rule =
  | 'one node acknowledges'
  | 'one holder un-fenced'
  | 'acknowledged rows survive'
  | 'published is enforced'
  | 'promotion by lease'
  | 'epochs grow'
  | 'writable after healing'
  | 'protected after healing'
  | 'nothing to do in peace';

/** A broken rule. It ends the run. */
export class Violation extends Error {
  readonly rule: Rule;
  readonly atMs: number;

  constructor(rule: Rule, atMs: number, detail: string) {
    super(`${rule}: ${detail}`);
    this.rule = rule;
    this.atMs = atMs;
  }
}
