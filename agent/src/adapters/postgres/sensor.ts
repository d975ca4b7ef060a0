import type { Gate } from '../../core/postgres/gate.ts';
import { type Findings, type HostNames, viewOf } from '../../core/postgres/view.ts';
import type { PostgresReading, PostgresSensor } from '../../ports/postgres-sensor.ts';
import type { CanaryPerch } from './canary.ts';
import { DataReader } from './data-reader.ts';
import { by, deadlineIn } from './deadline.ts';
import { GateWatch } from './gate-watch.ts';
import type { LineageBook } from './lineage-book.ts';
import { readOwnSettings } from './own-settings-file.ts';
import { hostAt, hostOfConninfo } from './peer.ts';
import type { PostgresPlace } from './place.ts';
import type { Prober } from './probe.ts';
import { findPostmaster, serverProcesses } from './processes.ts';
import { rememberedTexts } from './remembered-texts.ts';
import { type Answer, StatusReader } from './status-reader.ts';
import type { PostmasterWatch } from './watch.ts';

export type SensorParts = {
  readonly place: PostgresPlace;
  readonly lineage: LineageBook;
  readonly canary: CanaryPerch;
  readonly prober: Prober;
  readonly watch: PostmasterWatch;
  /** Never goes back. */
  readonly nowMs: () => number;
  /** How long one reading may take, and how long the server is waited for in it. */
  readonly patienceMs: { readonly reading: number; readonly server: number };
};

type Found = Omit<Findings, 'probe' | 'diskWritable'>;
type Look = { readonly found: Found; readonly reasons: readonly string[] };

/** Looks at the files and the processes afresh each time, at the server as far as it answers. */
export class Sensor implements PostgresSensor {
  readonly #parts: SensorParts;
  readonly #status: StatusReader;
  readonly #data: DataReader;
  readonly #gate: GateWatch;
  readonly #hosts: HostNames;
  readonly #read = rememberedTexts();
  #looking: Promise<Look> | null = null;
  #last: Found | null = null;

  constructor(parts: SensorParts) {
    const { place } = parts;
    this.#parts = parts;
    this.#status = new StatusReader(place);
    this.#data = new DataReader(place, parts.nowMs);
    this.#gate = new GateWatch(place);
    const at = (address: string | null, port: number | null) => hostAt(place, address, port);
    this.#hosts = { peers: Object.keys(place.peers), at, ofConninfo: (text) => hostOfConninfo(place, text) };
  }

  async read(): Promise<PostgresReading> {
    const reasons = await this.#lookInTime();
    const found = this.#last;
    if (found === null) return { view: null, canaryId: null, reasons };
    const { postmaster, status } = found;
    const running = postmaster?.status === 'ready' && status !== null;
    const writes = status !== null && !status.in_recovery && status.has_schema;
    const probes = this.#parts.prober.look(running ? { postmaster: keyOf(postmaster), writes } : null);
    return { view: viewOf({ ...found, ...probes }, this.#hosts), canaryId: status?.canary_id ?? null, reasons };
  }

  close(): void {
    this.#status.end();
    this.#parts.watch.end();
    this.#parts.prober.end();
    this.#parts.canary.end();
  }

  /** One look is under way at a time: on a disk that hangs it would be one more thread each time. */
  async #lookInTime(): Promise<readonly string[]> {
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    try {
      const { found, reasons } = await by(deadlineIn(this.#parts.patienceMs.reading), 'the files of the server', this.#looking);
      this.#last = found;
      return reasons;
    } catch (error) {
      return [reasonOf(error)];
    }
  }

  async #look(): Promise<Look> {
    const { place, lineage, canary, watch } = this.#parts;
    const postmaster = await findPostmaster(place, this.#read);
    const processes = postmaster ? 1 : (await serverProcesses(place)).length;
    const ready = postmaster?.status === 'ready';
    if (ready) watch.keep();
    const reasons = ready ? await this.#askServer(keyOf(postmaster)) : [];
    const answer = postmaster && this.#status.last(keyOf(postmaster));
    if (answer) await lineage.remember(answer.status.promotions);
    const [data, own, gate] = await Promise.all([this.#data.read(answer), readOwnSettings(place, this.#read), this.#readGate(answer)]);
    const { status, waits } = answer ?? { status: null, waits: new Map() };
    return {
      found: { postmaster, processes, data, own, status, waits, canary: postmaster && canary.state(postmaster.pid), gate },
      reasons,
    };
  }

  async #askServer(postmaster: string): Promise<readonly string[]> {
    const deadline = deadlineIn(this.#parts.patienceMs.server);
    return this.#status.ask(postmaster, deadline).then(
      () => [],
      (error) => [reasonOf(error)],
    );
  }

  /** Of a server that does not answer nobody knows what it has loaded: until it does, the gate is not known to be open. */
  async #readGate(answer: Answer | null): Promise<Gate> {
    return answer ? this.#gate.read(answer.postmaster).catch(() => 'shut') : 'shut';
  }
}

function keyOf({ pid, startTime }: { readonly pid: number; readonly startTime: number }): string {
  return `${pid} ${startTime}`;
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
