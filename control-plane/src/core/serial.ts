/** How many hosts of a stage are served at the same time, as `--serial` says it: `2` hosts, or `30%` of the stage's hosts. */
export const serialPattern = /^(?:[1-9]\d{0,5}|(?:[1-9]\d?|100)%)$/;

/**
 * The most hosts a batch may have, for a stage of `hostCount` hosts in this run. A share is rounded down and is one host
 * at least, as Ansible's `serial` is; without a serial there is no bound. Throws a plain Error for any other text.
 */
export function batchLimit(serial: string | undefined, hostCount: number): number {
  if (serial === undefined) return Number.POSITIVE_INFINITY;
  if (!serialPattern.test(serial)) throw new Error(`"${serial}" is no number of hosts and no percentage`);
  const value = Number.parseInt(serial, 10);
  return serial.endsWith('%') ? Math.max(1, Math.floor((hostCount * value) / 100)) : value;
}

/** Cuts a list into parts of at most `most`, in order. */
export function partsOf<T>(list: readonly T[], most: number): readonly (readonly T[])[] {
  if (list.length <= most) return [list];
  return [list.slice(0, most), ...partsOf(list.slice(most), most)];
}
