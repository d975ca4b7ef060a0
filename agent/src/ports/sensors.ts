import type { Readings } from '../core/readings.ts';

/** Reads the host once. Never rejects and answers within its own deadlines: what cannot be read says why. */
export type Sense = () => Promise<Readings>;
