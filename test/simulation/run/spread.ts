/** A batch of seeds spread over threads. */
import { Worker } from 'node:worker_threads';
import { addTallies, type Batch, type Tally } from './run-seeds.ts';

/** Runs the seeds on `jobs` threads at once, and adds up what they found. */
export async function spread(batch: Batch, jobs: number): Promise<Tally> {
  return addTallies(await Promise.all(split(batch, jobs).map(runInThread)));
}

function split({ from, count, ...rest }: Batch, jobs: number): Batch[] {
  const edge = (job: number) => Math.floor((count * job) / jobs);
  const all = Array.from({ length: jobs }, (_, job) => ({ from: from + edge(job), count: edge(job + 1) - edge(job), ...rest }));
  return all.filter((part) => part.count > 0);
}

function runInThread(batch: Batch): Promise<Tally> {
  const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: batch });
  return new Promise((resolve, reject) => {
    worker.once('message', resolve);
    worker.once('error', reject);
  });
}
