/** Bounds how many channels a connection has at once; first come, first served. */
export type ChannelSlots = {
  /** Runs `work` when a slot is free and holds the slot until it settles. */
  hold<T>(work: () => Promise<T>): Promise<T>;
  /** The server refused the channel of a holder: from now on only one is allowed. Returns whether there are other holders. */
  shrink(): boolean;
};

export function channelSlots(most: number): ChannelSlots {
  const waiting: (() => void)[] = [];
  let limit = most;
  let held = 0;

  const admit = () => {
    while (held < limit && waiting.length > 0) {
      held += 1;
      waiting.shift()?.();
    }
  };
  const hold = async <T>(work: () => Promise<T>): Promise<T> => {
    await new Promise<void>((resolve) => {
      waiting.push(resolve);
      admit();
    });
    try {
      return await work();
    } finally {
      held -= 1;
      admit();
    }
  };
  const shrink = () => {
    limit = 1;
    return held > 1;
  };
  return { hold, shrink };
}
