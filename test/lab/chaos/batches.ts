import type { Lab } from '../lab.ts';

/** One batch of changes as the journal of its host tells it; all hosts of a lab share one clock. */
export type Batch = {
  readonly host: string;
  readonly run: string;
  readonly stage: string;
  readonly fromMs: number;
  readonly untilMs: number;
};

/** The batches of every host, in the order they began. */
export async function readBatches(lab: Lab): Promise<Batch[]> {
  const hosts = await lab.hosts();
  const command = 'journalctl -q -t netvis-ctl -o short-unix --no-hostname';
  const read = await Promise.all(hosts.map(async ({ name }) => batchesIn(name, (await lab.inside(name, command)).stdout)));
  return read.flat().sort((a, b) => a.fromMs - b.fromMs);
}

/** Reads a host's journal: `time netvis-ctl[…]: run ID, stage NAME, epoch N: begins|ends …`. A batch whose end is missing lasts for good. */
export function batchesIn(host: string, journal: string): Batch[] {
  const marks = [...journal.matchAll(/^(\d+\.\d+) netvis-ctl\S* run (\S+), stage (\S+), epoch \d+: (begins|ends)/gm)];
  const lines = marks.map(([, at, run = '', stage = '', what]) => ({ atMs: Number(at) * 1000, run, stage, what }));
  return lines.flatMap(({ atMs, run, stage, what }, i) => {
    if (what !== 'begins') return [];
    const end = lines.slice(i + 1).find((line) => line.what === 'ends' && line.run === run && line.stage === stage);
    return [{ host, run, stage, fromMs: atMs, untilMs: end?.atMs ?? Number.POSITIVE_INFINITY }];
  });
}

/** Batches of different runs that were at work on one host at the same time. */
export function overlaps(batches: readonly Batch[]): string[] {
  return batches.flatMap((batch, i) =>
    batches
      .slice(i + 1)
      .filter((other) => other.host === batch.host && other.run !== batch.run && other.fromMs < batch.untilMs)
      .map((other) => `${batch.host}: ${batch.stage} of ${batch.run} and ${other.stage} of ${other.run} overlap`),
  );
}
