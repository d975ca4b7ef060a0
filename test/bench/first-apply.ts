import { blankStack } from '../lab/blank-stack.ts';
import { openStack } from '../lab/stack.ts';
import { applyOurs, type Comparison, comparisonOf, playAnsible } from './against-ansible.ts';
import { openAnsible } from './ansible.ts';
import { firstSteps } from './ansible-first.ts';
import { installAnsible } from './ansible-setup.ts';
import { readLiveSite } from './live-site.ts';
import { seconds } from './measure.ts';

/** A first apply of each program; `leftToDo` = steps that netvis-ctl still changes after Ansible, which records nothing of its own. */
export type FirstApply = Comparison & { readonly leftToDo: number };

/** Both programs once on blank hosts of the full lab, Python on them for Ansible beforehand. Leaves Ansible's hosts, settled by netvis-ctl. */
export async function compareFirst(say: (line: string) => void): Promise<FirstApply> {
  const ours = await applyOurs(await blankStack('full'));
  say(`first apply, ours: ${seconds(ours.ms)}, ${ours.changed} changed`);
  const stack = await openStack('full', { fresh: true });
  Object.assign(process.env, stack.environment);
  await installAnsible(stack);
  const live = await readLiveSite(stack);
  const ansible = await openAnsible(stack, live, await firstSteps(live));
  try {
    const theirs = await playAnsible(ansible);
    say(`first apply, Ansible: ${seconds(theirs.ms)}, ${theirs.changed} changed`);
    const { report } = await stack.ctl.apply();
    return { ...comparisonOf({ ours: [ours], ansible: [theirs] }), leftToDo: report.changed };
  } finally {
    await ansible.close();
  }
}
