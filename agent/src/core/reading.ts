/** What a sensor got: a value, or the reason why there is none. Sensors never throw. */
export type Reading<T> = { readonly known: true; readonly value: T } | { readonly known: false; readonly reason: string };

export const known = <T>(value: T): Reading<T> => ({ known: true, value });
export const unknown = <T>(reason: string): Reading<T> => ({ known: false, reason });

/** The value, or `fallback` where there is none. */
export const valueOr = <T>(reading: Reading<T>, fallback: T): T => (reading.known ? reading.value : fallback);
