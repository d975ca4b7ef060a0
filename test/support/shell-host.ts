import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import type { HostFacts } from '../../control-plane/src/core/facts/fact-source.ts';
import { buildFactsScript, parseFactsOutput } from '../../control-plane/src/core/facts/facts-script.ts';
import type { PendingVerb } from '../../control-plane/src/core/pending.ts';
import { factRequests, type PlannedStep, planStage } from '../../control-plane/src/core/plan.ts';
import { type RemoteCommand, toShell } from '../../control-plane/src/core/remote-command.ts';
import type { RunEvent } from '../../control-plane/src/core/run-event.ts';
import { stepKinds } from '../../control-plane/src/core/steps/step-kinds.ts';
import { batchChanges } from '../../control-plane/src/execute/batch-changes.ts';
import { createBatchProgress } from '../../control-plane/src/execute/batch-progress.ts';
import { batchScript } from '../../control-plane/src/execute/batch-script.ts';
import { buildStep } from './build-step.ts';
import { addProgram, type FakeSystemd, fakeSystemd } from './fake-systemd.ts';
import { runShell } from './shell.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const unit = 'app.service';

/** A file the unit reads; `notifies` = its step says so, else it merely stands before the unit's. */
export type FedFile = { readonly name: string; readonly text: string; readonly mode?: string; readonly notifies?: boolean };

type Wanted = {
  readonly files: readonly FedFile[];
  readonly service?: { readonly listens?: readonly string[]; readonly serves?: readonly string[] };
  readonly verb?: PendingVerb;
  /** Kills the whole batch, as a power cut does, at its n-th program that changes something. */
  readonly killedAt?: number;
};

/** A host of one unit: this machine's shell and files in a folder, with a systemd of the test's own. Needs root. */
export type ShellHost = {
  readonly systemd: FakeSystemd;
  path(name: string): string;
  /** Where the pending act of the unit is marked. */
  readonly mark: string;
  /** Compares and changes as a stage does, the files first, then the unit's step; nothing to change = no events. */
  apply(wanted: Wanted): Promise<readonly (RunEvent & { event: 'step' })[]>;
  /** Files that lie where kept content and marks of pending acts do. */
  left(): readonly string[];
};

export async function shellHost(): Promise<ShellHost> {
  const directory = await temporaryDirectory();
  const path = (name: string) => join(directory, 'etc', name);
  const state = join(directory, 'state');
  mkdirSync(join(directory, 'etc'));
  mkdirSync(join(state, 'pending'), { recursive: true });
  const systemd = fakeSystemd(join(directory, 'systemd'));
  const mark = join(state, 'pending', unit);
  const place = { directory, state, systemd, path, mark };
  return {
    systemd,
    path,
    mark,
    apply: (wanted) => apply(place, wanted),
    left: () =>
      runShell({ parts: [{ raw: `cd ${state} && find . -type f -o -type l | sort` }] })
        .stdout.split('\n')
        .filter(Boolean),
  };
}

type Place = {
  readonly directory: string;
  readonly state: string;
  readonly systemd: FakeSystemd;
  readonly path: (name: string) => string;
  readonly mark: string;
};

async function apply(place: Place, wanted: Wanted): Promise<readonly (RunEvent & { event: 'step' })[]> {
  const planned = plan(place, wanted);
  const changes = batchChanges(planned);
  if (changes.length === 0) return [];
  const events: RunEvent[] = [];
  const emit = async (more: readonly RunEvent[]) => void events.push(...more);
  const progress = createBatchProgress({ planned, changes, host: 'h1', stage: 's', emit });
  const lock = join(place.directory, 'lock');
  const turn = existsSync(lock) ? readFileSync(lock, 'utf8').trim() : '';
  const { status, stdout } = runBatch(
    place,
    batchScript(changes, { lock, waitSeconds: 0, turn, epoch: 1, fence: join(place.directory, 'fence') }),
    wanted.killedAt,
  );
  for (const line of stdout.split('\n').slice(0, -1)) progress.line(line);
  if (status !== null) await progress.settle(status, (text) => text);
  return events.filter((event) => event.event === 'step');
}

function plan({ systemd, path, mark }: Place, { files, service = {}, verb = 'restart' }: Wanted): readonly PlannedStep[] {
  const { username: owner } = userInfo();
  const steps = files.map(({ name, text, mode = '0644', notifies = true }) =>
    buildStep({
      kind: 'file',
      name,
      notify: notifies ? [{ unit, verb }] : [],
      settings: stepKinds.get('file')?.schema.parse({ path: path(name), content: sealed(text), mode, owner }),
    }),
  );
  const settings = stepKinds.get('service')?.schema.parse({ unit, state: 'started', ...service });
  const requests = factRequests(steps, stepKinds).filter(({ source }) => source === 'file');
  const pending = existsSync(mark) ? readFileSync(mark, 'utf8') || 'restart' : null;
  const active = systemd.isActive() ? 'active' : 'failed';
  const unitFact = { load: 'loaded', active, sub: '', file: 'enabled', needReload: false, pending };
  const facts: HostFacts = { ...parseFactsOutput(runShell(buildFactsScript(requests)), requests), unit: { [unit]: unitFact } };
  return planStage([...steps, buildStep({ kind: 'service', name: 'runs', settings })], facts, stepKinds);
}

function runBatch({ directory, state, systemd }: Place, script: RemoteCommand, killedAt: number | undefined) {
  const text = toShell(script, (token) => token).replaceAll('/var/lib/netvis', state);
  const killers = join(directory, 'killers');
  rmSync(killers, { recursive: true, force: true });
  mkdirSync(killers);
  if (killedAt !== undefined) for (const name of changing) addKiller({ killers, systemd }, name, killedAt);
  const PATH = `${killers}:${systemd.bin}:${process.env.PATH}`;
  return spawnSync('setsid', ['-w', '/bin/sh'], { input: text, encoding: 'utf8', env: { ...process.env, PATH } });
}

/** Programs by which a batch changes something that outlives it. */
const changing = ['cat', 'chmod', 'chown', 'cp', 'mkdir', 'mv', 'rm', 'sync', 'systemctl'];

/** Stands for a program until it is the n-th of all: then it takes the whole session with it. */
function addKiller({ killers, systemd }: { killers: string; systemd: FakeSystemd }, name: string, killedAt: number): void {
  const real = name === 'systemctl' ? join(systemd.bin, name) : `/bin/${name}`;
  const calls = `${killers}/.calls`;
  const count = `n=0; [ ! -s ${calls} ] || read -r n < ${calls}; n=$((n + 1)); echo $n > ${calls}; [ $n -ne ${killedAt} ] || kill -KILL 0`;
  const isLook = `case "$*" in *is-active*|*show*) exec ${real} "$@" ;; esac`;
  addProgram(killers, name, `${isLook}\n${count}\nexec ${real} "$@"`);
}

function sealed(text: string) {
  return { text, sha256: createHash('sha256').update(text).digest('hex') };
}
