/** One value for all callers, made again for the next caller when making it failed or it is no longer good. */
export type Shared<T> = {
  get(): Promise<T>;
  /** Forgets the value and gives it, `undefined` when there is none or making it failed. */
  drop(): Promise<T | undefined>;
};

export function sharedWhile<T>(make: () => Promise<T>, good: (value: T) => boolean): Shared<T> {
  let current: Promise<T> | undefined;
  const forget = (stale: Promise<T>) => {
    if (current === stale) current = undefined;
  };
  const get = async (): Promise<T> => {
    current ??= make();
    const mine = current;
    const value = await mine.catch((error) => {
      forget(mine);
      throw error;
    });
    if (good(value)) return value;
    forget(mine);
    return get();
  };
  const drop = async (): Promise<T | undefined> => {
    const last = current;
    current = undefined;
    return last?.catch(() => undefined);
  };
  return { get, drop };
}
