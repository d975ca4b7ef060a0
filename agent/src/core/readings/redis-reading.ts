import type { RedisReading } from '../../contract/health-report.ts';
import { isRespError, type RespReply } from './resp.ts';

/** The reading from Redis's answer to `INFO server replication persistence`. */
export function redisReading(reply: RespReply | undefined): RedisReading {
  if (isRespError(reply)) return redisDown(reply.error);
  if (typeof reply !== 'string') return redisDown('no answer to INFO');
  const info = parseInfo(reply);
  if (info.get('loading') === '1') return redisDown('is loading its data');
  return info.get('role') === 'master' ? masterReading(info) : replicaReading(info);
}

/** The reading of a Redis that does not serve. */
export function redisDown(reason: string): RedisReading {
  return { role: 'down', reason, version: null, master: null, link: null, offset: null, replicas: [] };
}

type Info = ReadonlyMap<string, string>;

function parseInfo(text: string): Info {
  const pairs = text.split('\r\n').map((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 1)] as const);
  return new Map(pairs.filter(([key]) => key !== '' && !key.startsWith('#')));
}

function masterReading(info: Info): RedisReading {
  const replicas = [...info].filter(([key]) => /^slave\d+$/.test(key)).map(([, value]) => replicaOf(value));
  return {
    ...redisDown(''),
    role: 'master',
    reason: null,
    version: info.get('redis_version') ?? null,
    offset: number(info.get('master_repl_offset')),
    replicas,
  };
}

function replicaReading(info: Info): RedisReading {
  const master = { address: info.get('master_host') ?? '', port: Number(info.get('master_port') ?? 0) };
  const link = info.get('master_link_status') === 'up' ? 'up' : 'down';
  const offset = number(info.get('slave_repl_offset'));
  return { role: 'replica', reason: null, version: info.get('redis_version') ?? null, master, link, offset, replicas: [] };
}

/** `ip=10.0.0.2,port=6379,state=online,offset=14,lag=0` */
function replicaOf(value: string): RedisReading['replicas'][number] {
  const fields = new Map(value.split(',').map((pair) => [pair.slice(0, pair.indexOf('=')), pair.slice(pair.indexOf('=') + 1)] as const));
  return {
    address: fields.get('ip') ?? '',
    port: Number(fields.get('port') ?? 0),
    state: fields.get('state') ?? 'unknown',
    offset: number(fields.get('offset')),
    lagSeconds: number(fields.get('lag')),
  };
}

/** A count, or null where Redis says none (-1 or nothing). */
function number(text: string | undefined): number | null {
  const value = Number(text);
  return text !== undefined && Number.isInteger(value) && value >= 0 ? value : null;
}
