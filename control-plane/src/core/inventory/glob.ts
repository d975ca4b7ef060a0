/** Whether a text is a glob: it holds `*`, `?` or a bracket. */
export function looksLikeGlob(text: string): boolean {
  return /[*?[\]]/.test(text);
}

/**
 * Whether a glob matches a whole name: `*` any letters, `?` one, `[12]`, `[a-c]` and `[!1]` one of, in time that grows
 * with the product of both lengths only. An unclosed bracket matches nothing.
 */
export function matchesGlob(glob: string, name: string): boolean {
  const parts = glob.match(/\*|\[!?[^\]]+\]|[^[\]]/g) ?? [];
  if (parts.join('') !== glob) return false;
  let reachable = new Set([0]);
  for (const part of parts) reachable = part === '*' ? fromFirst(reachable, name.length) : advance(reachable, part, name);
  return reachable.has(name.length);
}

function fromFirst(reachable: ReadonlySet<number>, length: number): Set<number> {
  if (reachable.size === 0) return new Set();
  const first = Math.min(...reachable);
  return new Set(Array.from({ length: length - first + 1 }, (_, index) => first + index));
}

function advance(reachable: ReadonlySet<number>, part: string, name: string): Set<number> {
  return new Set([...reachable].filter((at) => at < name.length && matchesOne(part, name.charAt(at))).map((at) => at + 1));
}

function matchesOne(part: string, letter: string): boolean {
  if (part === '?') return true;
  if (part.length === 1) return part === letter;
  const negated = part.startsWith('[!');
  return isInClass(part.slice(negated ? 2 : 1, -1), letter) !== negated;
}

function isInClass(members: string, letter: string): boolean {
  const ranges = members.match(/.-.|./g) ?? [];
  return ranges.some((range) => (range.length === 3 ? range.charAt(0) <= letter && letter <= range.charAt(2) : range === letter));
}
