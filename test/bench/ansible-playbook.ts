import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import { type AnsibleTask, taskOf } from './ansible-tasks.ts';

/** A file that a host gets, named within the host's own folder. */
export type HostFile = { readonly host: string; readonly name: string; readonly text: string };

/** What Ansible is given; tasks and left-out steps are counted over all hosts. */
export type AnsibleSite = {
  readonly plays: readonly Play[];
  readonly vars: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  readonly files: readonly HostFile[];
  readonly tasks: number;
  readonly leftOut: Readonly<Record<string, number>>;
};

export type Play = {
  readonly name: string;
  readonly hosts: string;
  readonly gather_facts: false;
  readonly tasks: readonly Readonly<Record<string, unknown>>[];
  readonly handlers: readonly Readonly<Record<string, unknown>>[];
};

type Placed = { readonly host: string; readonly step: Step; readonly task: AnsibleTask };
type Merged = {
  readonly task: Readonly<Record<string, unknown>>;
  readonly vars: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
};

/** The variable of each host that holds the folder of its files. */
export const filesVariable = 'bench_files';

/**
 * One play per stage, one task per step for all hosts that have it, as a role would be written by hand: what differs
 * between hosts is a variable of theirs, and a task that only some of the play's hosts have has a condition. `order` names
 * the stages as they follow one another; of a stage `etcd` there may be parts, `etcd 1` and so on.
 */
export function ansibleSite(steps: ReadonlyMap<string, readonly Step[]>, order: readonly string[]): AnsibleSite {
  const all = [...steps].flatMap(([host, own]) => own.map((step) => ({ host, step, task: taskOf(step) })));
  const placed = all.flatMap((one): Placed[] => (one.task ? [{ ...one, task: one.task }] : []));
  const at = (stage: string) => order.findIndex((name) => stage === name || stage.startsWith(`${name} `));
  const stages = [...new Set(placed.map(({ step }) => step.stage))].sort((a, b) => at(a) - at(b));
  const merged = stages.map((stage) => stageOf(placed.filter(({ step }) => step.stage === stage)));
  return {
    plays: stages.map((stage, i) => playOf(stage, placed, merged[i] ?? [])),
    vars: mergeVars(merged.flat().map(({ vars }) => vars)),
    files: placed.flatMap(({ host, step, task }) => (task.text === undefined ? [] : [{ host, name: fileName(step), text: task.text }])),
    tasks: placed.length,
    leftOut: countKinds(all.flatMap(({ step, task }) => (task ? [] : [step.kind]))),
  };
}

function playOf(stage: string, placed: readonly Placed[], merged: readonly Merged[]): Play {
  const own = placed.filter(({ step }) => step.stage === stage);
  const notices = [...new Set(own.flatMap(({ task }) => task.notify))];
  return {
    name: stage,
    hosts: [...new Set(own.map(({ host }) => host))].join(','),
    gather_facts: false,
    tasks: merged.map(({ task }) => task),
    handlers: notices.map((name) => {
      const [verb, unit] = name.split(' ');
      return { name, 'ansible.builtin.systemd': { name: unit, state: `${verb}ed`, daemon_reload: true } };
    }),
  };
}

function stageOf(placed: readonly Placed[]): readonly Merged[] {
  const hosts = new Set(placed.map(({ host }) => host));
  return inOrder(placed).map((id) => {
    const same = placed.filter(({ step }) => step.id === id);
    return mergeTask(same, same.length < hosts.size);
  });
}

/** The ids of a stage's steps in an order that agrees with every host's own. */
function inOrder(placed: readonly Placed[]): readonly string[] {
  const order: string[] = [];
  for (const host of new Set(placed.map((one) => one.host))) {
    let at = -1;
    for (const { step } of placed.filter((one) => one.host === host)) {
      const found = order.indexOf(step.id);
      if (found < 0) order.splice(at + 1, 0, step.id);
      at = found < 0 ? at + 1 : found;
    }
  }
  return order;
}

function mergeTask(same: readonly Placed[], isPartial: boolean): Merged {
  const [first] = same as readonly [Placed, ...Placed[]];
  const { step, task } = first;
  const prefix = variableName(step);
  const names = [...new Set(same.flatMap((one) => Object.keys(one.task.args)))];
  const differing = names.filter((name) => new Set(same.map((one) => JSON.stringify(one.task.args[name]))).size > 1);
  const args = names.map((name) => [name, differing.includes(name) ? `{{ ${prefix}_${name} | default(omit) }}` : task.args[name]]);
  const source = task.text === undefined ? {} : { [task.source ?? 'src']: `{{ ${filesVariable} }}/${fileName(step)}` };
  const condition = isPartial ? { when: `${prefix} is defined` } : {};
  return {
    task: {
      name: step.name,
      [task.module]: { ...Object.fromEntries(args), ...source },
      ...condition,
      ...(task.notify.length > 0 ? { notify: task.notify } : {}),
    },
    vars: Object.fromEntries(
      same.map((one) => [
        one.host,
        { [prefix]: true, ...Object.fromEntries(differing.map((name) => [`${prefix}_${name}`, one.task.args[name]])) },
      ]),
    ),
  };
}

function mergeVars(parts: readonly Merged['vars'][]): AnsibleSite['vars'] {
  const hosts = [...new Set(parts.flatMap((part) => Object.keys(part)))];
  return Object.fromEntries(hosts.map((host) => [host, Object.assign({}, ...parts.map((part) => part[host]))]));
}

function countKinds(kinds: readonly string[]): Readonly<Record<string, number>> {
  return Object.fromEntries([...new Set(kinds)].sort().map((kind) => [kind, kinds.filter((one) => one === kind).length]));
}

function variableName({ stage, id }: Step): string {
  return `step_${stage}_${id}`.replaceAll(/\W+/g, '_');
}

function fileName(step: Step): string {
  return variableName(step);
}
