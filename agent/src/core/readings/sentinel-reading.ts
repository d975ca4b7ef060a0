import type { SentinelReading } from '../../contract/health-report.ts';
import { isRespError, type RespReply } from './resp.ts';

/** The reading from a Sentinel's answers to `SENTINEL MASTER name` and `SENTINEL CKQUORUM name`. */
export function sentinelReading(master: RespReply | undefined, quorum: RespReply | undefined): SentinelReading {
  if (isRespError(master)) return sentinelDown(master.error, true);
  if (!Array.isArray(master)) return sentinelDown('no answer to SENTINEL MASTER', false);
  const fields = pairs(master);
  const count = (field: string) => (fields.has(field) ? Number(fields.get(field)) : null);
  const others = count('num-other-sentinels');
  return {
    up: true,
    reason: isRespError(quorum) ? quorum.error : null,
    master: { address: fields.get('ip') ?? '', port: count('port') ?? 0 },
    flags: (fields.get('flags') ?? '').split(',').filter(Boolean),
    numSlaves: count('num-slaves'),
    numSentinels: others === null ? null : others + 1,
    quorum: count('quorum'),
    quorumOk: typeof quorum === 'string' ? quorum.startsWith('OK') : isRespError(quorum) ? false : null,
  };
}

/** The reading of a Sentinel that does not answer (`up` false) or knows no such master (`up` true). */
export function sentinelDown(reason: string, up: boolean): SentinelReading {
  return { up, reason, master: null, flags: [], numSlaves: null, numSentinels: null, quorum: null, quorumOk: null };
}

function pairs(flat: readonly RespReply[]): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  for (let i = 0; i + 1 < flat.length; i += 2) fields.set(String(flat[i]), String(flat[i + 1]));
  return fields;
}
