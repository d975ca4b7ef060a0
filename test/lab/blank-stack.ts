import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Shape } from './shapes.ts';
import { openStack, type Stack } from './stack.ts';

/** Blank hosts, no secrets, and a control plane that has never run. */
export async function blankStack(shape: Shape): Promise<Stack> {
  const stack = await openStack(shape, { fresh: true });
  await rm(join(stack.lab.files.folder, `lab${shape === 'compact' ? '-compact' : ''}.secrets.age`), { force: true });
  await rm(stack.environment.NETVIS_STATE_DIR ?? '', { recursive: true, force: true });
  return stack;
}
