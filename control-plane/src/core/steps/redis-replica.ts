import * as z from 'zod';
import { isMasterWithData, type RedisFact, redisKey } from '../facts/redis.ts';
import { change, noop, refused } from './diff.ts';
import { redisCommands } from './redis-command.ts';
import { address, port } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({ port, masterAddress: address, masterPort: port.optional() });

type Settings = z.output<typeof schema>;

/**
 * A Redis that is not the live master follows it; one that does so already is left alone. A master with data is refused:
 * it may have been promoted since the roles were read, and its writes would be gone.
 */
export const redisReplicaKind: StepKind<Settings> = {
  kind: 'redis-replica',
  schema,
  facts: ({ port: at }) => [{ source: 'redis', key: redisKey(at) }],
  diff({ port: at, masterAddress, masterPort = at }, { fact }) {
    const found = fact<RedisFact>('redis', redisKey(at));
    if (found.master?.host === masterAddress && found.master.port === masterPort) return noop(`it follows ${masterAddress}`);
    if (isMasterWithData(found))
      return refused(
        `this host runs as a Redis master with data beside ${masterAddress}`,
        'After a failover Sentinel makes the former master a replica within seconds: apply again then. Else give up its writes by REPLICAOF.',
      );
    const before = found.master ? `was ${found.master.host}` : found.role === 'master' ? 'was a master' : 'new';
    const lines = [`REPLICAOF ${masterAddress} ${masterPort}`, 'CONFIG REWRITE'];
    return change({ summary: `follow ${masterAddress} (${before})`, command: redisCommands(at, lines) });
  },
};
