import { absentKind } from './absent.ts';
import { blockKind } from './block.ts';
import { directoryKind } from './directory.ts';
import { fileKind } from './file.ts';
import { packageKind } from './package.ts';
import { serviceKind } from './service.ts';
import type { StepKind } from './step-kind.ts';

const all = [absentKind, blockKind, directoryKind, fileKind, packageKind, serviceKind];

/** Every kind of step by name. Adding one: its file here beside, one line above, its cases in `test/cases/steps`. */
export const stepKinds: ReadonlyMap<string, StepKind<unknown>> = new Map(
  (all as unknown as readonly StepKind<unknown>[]).map((kind) => [kind.kind, kind]),
);
