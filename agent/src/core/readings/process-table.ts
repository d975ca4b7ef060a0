/** Length of a process name in the kernel; longer names are cut there, and by `pgrep -x` too. */
const nameLength = 15;

/**
 * The name of a live process from its /proc/PID/stat, or null for a zombie or dead one.
 * The name stands in parentheses and may hold parentheses and spaces itself, so the last `)` ends it.
 */
export function liveProcessName(stat: string): string | null {
  const open = stat.indexOf('(');
  const close = stat.lastIndexOf(')');
  if (open < 0 || close < open) return null;
  const state = stat[close + 2];
  return state === 'Z' || state === 'X' || state === 'x' ? null : stat.slice(open + 1, close);
}

/** A name as the kernel keeps it. */
export function kernelName(name: string): string {
  return name.slice(0, nameLength);
}

/** Whether a process of exactly this name is among `names`. */
export function hasProcess(names: ReadonlySet<string>, name: string): boolean {
  return names.has(kernelName(name));
}
