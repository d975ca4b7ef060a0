import type { Scalar } from 'yaml';

/** A key as it stands in the file; the parser keeps the merge key as a symbol. */
export function keyName(key: Scalar): string {
  return typeof key.value === 'symbol' ? '<<' : String(key.value);
}
