import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

export type EtcdFact = {
  /** The data directory holds a member: it took part in a cluster before. */
  readonly member: boolean;
  /** The member answers and sees a leader. */
  readonly healthy: boolean;
  readonly memberId: string | null;
  readonly leaderId: string | null;
};

/** The fact key of this host's member. */
export const etcdKey = (dataDirectory: string, clientPort: number): string => `${dataDirectory} ${clientPort}`;
/** The member's data, and the certificate it serves with, which it also takes from a client. */
export const etcdData = '/var/lib/netvis/etcd/data';
const certificate = '/etc/netvis/etcd/member';

/** Keys are `data directory, client port`. Asks over TLS by openssl: nothing else speaks it on every host. */
export const etcdSource: FactSource<EtcdFact> = {
  name: 'etcd',
  command: (keys) => concat(...keys.map(readMember), raw('exit 0')),
  parse({ stdout }, keys) {
    const blocks = stdout.split(/^@etcd$\n?/m).slice(1);
    return new Map(keys.map((key, i) => [key, etcdFact(blocks[i] ?? '')]));
  },
};

function readMember(key: string): RemoteCommand {
  const [directory = '', port = ''] = key.split(' ');
  return concat(
    raw('echo @etcd; if [ -d '),
    argv(`${directory}/member`),
    raw(` ]; then echo @member; fi
if [ -r ${certificate}.crt ] && [ -r ${certificate}.key ] && command -v openssl >/dev/null; then
  printf 'POST /v3/maintenance/status HTTP/1.0\\r\\nContent-Length: 2\\r\\n\\r\\n{}' |
    timeout -k 1 3 openssl s_client -quiet -verify_quiet -connect 127.0.0.1:${port} -CAfile /etc/netvis/ca.crt -cert ${certificate}.crt -key ${certificate}.key 2>/dev/null
  echo
fi
`),
  );
}

function etcdFact(block: string): EtcdFact {
  const memberId = /"member_id":"(\d+)"/.exec(block)?.[1] ?? null;
  const leaderId = /"leader":"(\d+)"/.exec(block)?.[1] ?? null;
  return { member: /^@member$/m.test(block), healthy: memberId !== null && leaderId !== null && leaderId !== '0', memberId, leaderId };
}
