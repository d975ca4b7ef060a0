/** What a running server leaves for others to read: postmaster.pid, and the kernel's line about its process. */

export type PostmasterFile = { readonly pid: number; readonly status: 'starting' | 'ready' | 'stopping' };

/**
 * The pid (line 1) and the status (line 8) of `postmaster.pid`. A server that does not accept sessions yet is starting;
 * the pid of a single-user server is negative. Null for a file that is not written yet.
 */
export function parsePostmasterFile(text: string): PostmasterFile | null {
  const lines = text.split('\n');
  const pid = Math.abs(Number.parseInt(lines[0] ?? '', 10));
  if (!(pid > 0)) return null;
  const word = (lines[7] ?? '').trim();
  return { pid, status: word === 'ready' || word === 'stopping' ? word : 'starting' };
}

/** Field 22 of `/proc/<pid>/stat`: when the process was started, in clock ticks since the boot. Null for a zombie. */
export function parseStartTime(stat: string): number | null {
  // The command's name, in parentheses, may hold anything.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const startTime = Number(fields[19]);
  return fields[0] === 'Z' || !Number.isSafeInteger(startTime) ? null : startTime;
}
