import { redisCommands } from '../adapters/redis-commands.ts';
import type { RedisConfig, SentinelConfig } from '../contract/agent-config.ts';
import type { RedisReading, SentinelReading } from '../contract/health-report.ts';
import type { Reading } from '../core/reading.ts';
import { redisDown, redisReading } from '../core/readings/redis-reading.ts';
import type { RespReply } from '../core/readings/resp.ts';
import { sentinelDown, sentinelReading } from '../core/readings/sentinel-reading.ts';
import { within } from './deadline.ts';
import { readSecretFile } from './secret-file.ts';

const deadlineMs = 800;

export async function readRedis(config: RedisConfig): Promise<RedisReading> {
  const replies = await ask(config, [['INFO', 'server', 'replication', 'persistence']]);
  return replies.known ? redisReading(replies.value[0]) : redisDown(replies.reason);
}

export async function readSentinel(config: SentinelConfig): Promise<SentinelReading> {
  const name = config.masterName;
  const replies = await ask(config, [
    ['SENTINEL', 'MASTER', name],
    ['SENTINEL', 'CKQUORUM', name],
  ]);
  return replies.known ? sentinelReading(replies.value[0], replies.value[1]) : sentinelDown(replies.reason, false);
}

/** The password's file is read each time, so that a changed password needs no restart. */
function ask(
  { address, port, passwordFile }: RedisConfig,
  commands: readonly (readonly string[])[],
): Promise<Reading<readonly RespReply[]>> {
  return within(deadlineMs, async (signal) => redisCommands({ address, port, password: readSecretFile(passwordFile) }, commands, signal));
}
