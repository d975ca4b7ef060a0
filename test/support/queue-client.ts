/**
 * A process that uses the queue's Redis: `node queue-client.ts STATE_DIRECTORY`. Prints `ready`, then leaves cleanly at
 * the end of its input. Prints the error's code instead when there is no Redis to be had.
 */
import { openQueueRedis } from '../../control-plane/src/adapters/redis/embedded-redis.ts';
import { NvError } from '../../control-plane/src/core/errors.ts';

const [, , stateDirectory = ''] = process.argv;
try {
  const queue = await openQueueRedis(stateDirectory);
  console.log('ready');
  process.stdin.on('end', () => void queue.close()).resume();
} catch (error) {
  console.log(error instanceof NvError ? error.code : error);
}
