import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import { buildFactsScript, parseFactsOutput } from '../../control-plane/src/core/facts/facts-script.ts';
import { factRequests, type PlannedStep, planStage } from '../../control-plane/src/core/plan.ts';
import { revealSecrets, type SecretLookup } from '../../control-plane/src/core/secret.ts';
import { stepKinds } from '../../control-plane/src/core/steps/step-kinds.ts';
import { batchChanges } from '../../control-plane/src/execute/batch-changes.ts';
import { batchScript, inTurn, parseTurn } from '../../control-plane/src/execute/batch-script.ts';
import { connectTo } from './ssh-hosts.ts';
import { startSshd } from './sshd.ts';
import { temporaryDirectory } from './temporary-directory.ts';

const timeoutMs = 30_000;

/** Texts by path, as the inventory's host has them. */
export type Files = ReadonlyMap<string, string>;

/** A host behind a real sshd whose files lie in a folder of the test and belong to root. Needs root. */
export type FilesHost = {
  /** Compares and changes as a stage does, compares again, and gives every file of `steps` as it then is on the disk. */
  put(steps: readonly Step[]): Promise<Files>;
};

/** `lookup` gives the secrets, at each moment anew. */
export async function filesHost(lookup: SecretLookup): Promise<FilesHost> {
  const root = await temporaryDirectory();
  const host = connectTo(await startSshd(), { lookup });
  const lock = join(await temporaryDirectory(), 'lock');
  async function compare(steps: readonly Step[]): Promise<{ planned: readonly PlannedStep[]; turn: string }> {
    const requests = factRequests(steps, stepKinds);
    const output = await host.run(inTurn(buildFactsScript(requests), { lock }), { timeoutMs });
    return { planned: planStage(steps, parseFactsOutput(output, requests), stepKinds), turn: parseTurn(output.stdout) ?? 'none' };
  }
  async function put(given: readonly Step[]): Promise<Files> {
    const steps = filesOf(given).map((step) => moved(step, root, lookup));
    for (const { path } of steps.map(({ settings }) => settings)) mkdirSync(dirname(path), { recursive: true });
    const { planned, turn } = await compare(steps);
    const script = batchScript(batchChanges(planned), { turn, lock, epoch: 1, fence: `${lock}-fence` });
    const { exitCode, stdout } = await host.run(script, { timeoutMs });
    const left = (await compare(steps)).planned.filter(({ diff }) => diff.kind !== 'noop');
    if (exitCode !== 0 || left.length > 0) throw new Error(`${left.map(({ step }) => step.name)} not as wanted: ${stdout}`);
    return new Map(filesOf(given).map(({ settings: { path } }) => [path, readFileSync(join(root, path), 'utf8')]));
  }
  return { put };
}

type Sealed = { readonly text: string };
type FileStep = Step & { readonly settings: { readonly path: string; readonly content: Sealed | string } };

function filesOf(steps: readonly Step[]): readonly FileStep[] {
  return steps.filter((step): step is FileStep => step.kind === 'file' || step.kind === 'block');
}

/**
 * No programs of the stack and no accounts are on this machine: files are not validated and are root's. What a program
 * keeps as its own once it has it is written all the same.
 */
function moved({ settings: given, ...step }: FileStep, root: string, lookup: SecretLookup): FileStep {
  const { validate: _validate, ...settings } = given as FileStep['settings'] & { validate?: unknown };
  const { content, path } = settings;
  const mine = typeof content === 'string' ? {} : { owner: 'root', group: 'root', seed: false, content: sealed(content, lookup) };
  return { ...step, notify: [], settings: { ...settings, ...mine, path: join(root, path) } };
}

/** With the hash of what the host gets. */
function sealed({ text }: Sealed, lookup: SecretLookup): Sealed & { readonly sha256: string } {
  return { text, sha256: createHash('sha256').update(revealSecrets(text, lookup)).digest('hex') };
}
