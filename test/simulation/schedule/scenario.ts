/** What one run is made of. */
import type { Setup } from '../world/state.ts';
import type { Fault } from './fault.ts';

export type Scenario = { readonly setup: Setup; readonly faults: readonly Fault[]; readonly healAtMs: number };
