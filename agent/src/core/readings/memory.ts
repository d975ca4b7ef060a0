/** Total and available memory in bytes from /proc/meminfo, whose sizes are in kB. */
export function parseMeminfo(text: string): { readonly totalBytes: number; readonly availableBytes: number } {
  const bytes = (field: string) => Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) * 1024;
  return { totalBytes: bytes('MemTotal'), availableBytes: bytes('MemAvailable') };
}
