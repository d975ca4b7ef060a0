/** A clock that moves only when it is told, and what is to happen when. */
export type VirtualTime = {
  nowMs(): number;
  after(ms: number, run: () => void): void;
  /** Runs everything due within `ms`, in order, letting promises settle in between. */
  advance(ms: number): Promise<void>;
};

export function virtualTime(): VirtualTime {
  const due: { readonly atMs: number; readonly run: () => void }[] = [];
  let nowMs = 0;
  return {
    nowMs: () => nowMs,
    after(ms, run) {
      due.push({ atMs: nowMs + ms, run });
      due.sort((a, b) => a.atMs - b.atMs);
    },
    async advance(ms) {
      const endMs = nowMs + ms;
      for (let next = due[0]; next !== undefined && next.atMs <= endMs; next = due[0]) {
        due.shift();
        nowMs = next.atMs;
        next.run();
        await settled();
      }
      nowMs = endMs;
      await settled();
    },
  };
}

/** Every promise that is ready has been dealt with. */
function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
