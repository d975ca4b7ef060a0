/** What the store has been seen to be: which cluster, and how far. Ids and revisions as decimal strings. */
export type Witness = {
  /** The revision that an answer to a call beginning now must reach. */
  floor(): bigint;
  /** Takes an answer's header in; otherwise why the answer is none. `floor` is of when its call began. */
  accept(header: Header, floor: bigint): string | null;
};

export type Header = { readonly clusterId: string; readonly revision: string };

/** `clusterId` null = the first answer says which cluster it is; `revisionFloor` is the highest revision known from before. */
export type Known = { readonly clusterId: string | null; readonly revisionFloor: string };

/**
 * A store that knows less than it once did was restored or made anew, and has forgotten writes (R13). The floor is that of
 * the call's beginning, because answers to calls that overlap may overtake each other.
 */
export function witness(known: Known): Witness {
  let { clusterId } = known;
  let highest = BigInt(known.revisionFloor);
  return {
    floor: () => highest,
    accept(header, floor) {
      if (clusterId !== null && header.clusterId !== clusterId) return `it is of cluster ${header.clusterId}, not ${clusterId}`;
      const revision = BigInt(header.revision);
      if (revision < floor) return `it is at revision ${revision}, behind ${floor}`;
      clusterId = header.clusterId;
      if (revision > highest) highest = revision;
      return null;
    },
  };
}
