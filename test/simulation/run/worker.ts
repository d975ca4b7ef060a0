/** A thread that runs one batch of seeds and says what became of it. */
import { parentPort, workerData } from 'node:worker_threads';
import { type Batch, runSeeds } from './run-seeds.ts';

parentPort?.postMessage(runSeeds(workerData as Batch));
