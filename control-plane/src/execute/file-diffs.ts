import { NvError } from '../core/errors.ts';
import { fileDiff, type PresentFile } from '../core/file-diff.ts';
import type { PlannedStep } from '../core/plan.ts';
import { parseFiles, readFilesCommand } from '../core/present-files.ts';
import type { FilePreview } from '../core/steps/step-kind.ts';
import type { FileDiffs, HostPlan } from './plan-events.ts';
import type { RunSite } from './run-site.ts';

type Changing = { readonly planned: PlannedStep; readonly file: FilePreview };

const readTimeoutMs = 30_000;

/**
 * What the plans change in files. One more round trip to each host that has a file whose present content the facts do
 * not tell; none to the others. A host that is lost meanwhile says so in its diffs: the plan stands without them.
 */
export async function fileDiffs(run: RunSite, plans: readonly HostPlan[]): Promise<FileDiffs> {
  const waiting = plans.map((plan) => ({ host: plan.host.name, changing: changingFiles(plan.steps) })).filter(hasFiles);
  const diffs = new Map<PlannedStep, string>();
  while (waiting.length > 0) {
    const read = waiting.splice(0, run.record.forks).map((host) => diffsOfHost(run, host));
    for (const [planned, diff] of (await Promise.all(read)).flat()) if (diff !== '') diffs.set(planned, diff);
  }
  return diffs;
}

type HostFiles = { readonly host: string; readonly changing: readonly Changing[] };

function hasFiles({ changing }: HostFiles): boolean {
  return changing.length > 0;
}

function changingFiles(steps: readonly PlannedStep[]): readonly Changing[] {
  return steps.flatMap((planned) => {
    const changes = planned.diff.kind === 'change' ? planned.diff.changes : [];
    return changes.flatMap(({ file }) => (file ? [{ planned, file }] : []));
  });
}

async function diffsOfHost(run: RunSite, { host, changing }: HostFiles): Promise<readonly (readonly [PlannedStep, string])[]> {
  const unknown = [...new Set(changing.flatMap(({ file }) => (file.present === undefined ? [file.path] : [])))];
  const read = await readFiles(run, host, unknown);
  return changing.map(({ planned, file }) => {
    const present = file.present ?? read.get(file.path) ?? { kind: 'absent' };
    const policy = { restricted: file.restricted, hashOf: (line: string) => run.secrets.seal(line).sha256, mask: run.secrets.mask };
    return [planned, fileDiff({ path: file.path, present, wanted: file.text }, policy)] as const;
  });
}

async function readFiles(run: RunSite, host: string, paths: readonly string[]): Promise<ReadonlyMap<string, PresentFile>> {
  if (paths.length === 0) return new Map();
  try {
    const { stdout } = await run.remotes.get(host).run(readFilesCommand(paths), { timeoutMs: readTimeoutMs });
    return parseFiles(stdout, paths);
  } catch (error) {
    if (!(error instanceof NvError)) throw error;
    return new Map(paths.map((path) => [path, { kind: 'unread', reason: error.code }]));
  }
}
