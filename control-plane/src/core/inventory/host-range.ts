/** A text with one range in brackets, taken apart: `api[1:3]` is before `api`, members `1 2 3`, after ``. */
export type HostRange = { readonly before: string; readonly members: readonly string[]; readonly after: string };

/** Hosts one range may stand for. */
export const rangeLimit = 500;

const form = /^([^[\]]*)\[(?:([0-9]{1,9}):([0-9]{1,9})|([a-z]):([a-z]))(?::([1-9][0-9]{0,3}))?\]([^[\]]*)$/;

/** Whether a text is meant as a range: it holds a bracket. */
export function looksLikeRange(text: string): boolean {
  return /[[\]]/.test(text);
}

/**
 * Takes a range apart as Ansible does: both ends belong to it, `[01:10]` keeps leading zeros, `[a:c]` counts letters,
 * a third number is the step. Returns the reason when it is none.
 */
export function parseRange(text: string): HostRange | { readonly reason: string } {
  const match = form.exec(text);
  if (!match) return { reason: 'is not a range such as api[1:3], api[01:10] or api[a:c]' };
  const [, before = '', low, high, lowLetter, highLetter, step = '1', after = ''] = match;
  const letters = lowLetter !== undefined;
  const first = letters ? lowLetter.charCodeAt(0) : Number(low);
  const last = letters ? (highLetter ?? '').charCodeAt(0) : Number(high);
  if (last < first) return { reason: 'is a range that ends before it begins' };
  const count = Math.floor((last - first) / Number(step)) + 1;
  if (count > rangeLimit) return { reason: `is a range of ${count} hosts; ${rangeLimit} are the most` };
  const numbers = Array.from({ length: count }, (_, index) => first + index * Number(step));
  const width = low?.startsWith('0') ? low.length : 0;
  return { before, members: numbers.map((n) => (letters ? String.fromCharCode(n) : String(n).padStart(width, '0'))), after };
}

/** Every text a range stands for, in order. */
export function textsOf(range: HostRange): readonly string[] {
  return range.members.map((member) => `${range.before}${member}${range.after}`);
}
