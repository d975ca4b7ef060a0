/** What is put to the test: the agent's mind as it is shipped, or with a seeded bug. */
import type { Brain } from '../agent/agent.ts';
import { realBrain } from '../agent/real-brain.ts';
import { mutants } from '../mutants/mutants.ts';
import type { World } from '../world/state.ts';

export type Subject = { readonly brain: Brain; readonly prepare: ((world: World) => void) | undefined };

/** Of a bug by its name in `mutants/`; null is none. */
export function subjectOf(name: string | null): Subject {
  if (name === null) return { brain: realBrain, prepare: undefined };
  const mutant = mutants[name];
  if (mutant === undefined) throw new Error(`no mutant ${name}`);
  return { brain: mutant.brain?.(realBrain) ?? realBrain, prepare: mutant.world };
}
