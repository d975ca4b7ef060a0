import type { Lab } from '../lab.ts';

/** What an apply left on one host. */
export type HostTraces = {
  /** `path type mode owner:group` of what is ours or could be, but for what servers write themselves. */
  readonly files: readonly string[];
  readonly pending: readonly string[];
  /** How often systemd started each unit of the stack since the host was blank. */
  readonly starts: Readonly<Record<string, number>>;
  /** What a second first start would have made anew. */
  readonly identities: Readonly<Record<string, string>>;
};

export type Traces = Readonly<Record<string, HostTraces>>;

const units = ['keepalived', 'netvis-agent', 'netvis-api', 'netvis-etcd', 'netvis-postgres', 'nginx', 'redis-sentinel', 'redis-server'];
const startedMessage = '39f53479d3a045ac8e11786248231fbf';
const roots = [
  '/etc',
  '/opt',
  '/usr/local',
  '/root',
  '/home',
  '/tmp',
  '/var/tmp',
  '/var/lib/netvis',
  '/run/netvis*',
  '/usr/sbin/policy-rc.d*',
];
const serversOwn = [
  '*/systemd-private-*',
  '/var/lib/netvis/pg/*',
  '/var/lib/netvis/etcd/data/*',
  '/var/lib/netvis/pg-archive/*',
  '/var/lib/netvis/spool/*',
];
const certificate = '/etc/netvis/etcd/member';

/** Reads what is on every host of a lab. */
export async function readTraces(lab: Lab): Promise<Traces> {
  const hosts = await lab.hosts();
  return Object.fromEntries(await Promise.all(hosts.map(async ({ name }) => [name, await readHost(lab, name)] as const)));
}

async function readHost(lab: Lab, host: string): Promise<HostTraces> {
  const lines = async (command: string) => (await lab.inside(host, command)).stdout.split('\n').filter(Boolean);
  const own = serversOwn.map((path) => `! -path '${path}'`).join(' ');
  const started = await lines(`journalctl -q -o cat --output-fields=UNIT MESSAGE_ID=${startedMessage}`);
  return {
    files: (await lines(`find ${roots.join(' ')} ${own} -printf '%p %y %m %u:%g\\n' 2>/dev/null`)).sort(),
    pending: await lines('ls -A /var/lib/netvis/pending 2>/dev/null'),
    starts: Object.fromEntries(units.map((unit) => [unit, started.filter((each) => each === `${unit}.service`).length])),
    identities: Object.fromEntries((await lines(identityScript)).map((line) => line.split('=') as [string, string])),
  };
}

const identityScript = `
LC_ALL=C /usr/lib/postgresql/15/bin/pg_controldata -D /var/lib/netvis/pg 2>/dev/null |
  sed -n 's/^Database system identifier: */postgres=/p; s/^Latest checkpoint.s TimeLineID: */timeline=/p'
sed -n 's/^sentinel myid /sentinel=/p' /etc/netvis/sentinel/sentinel.conf 2>/dev/null
printf 'POST /v3/cluster/member/list HTTP/1.0\\r\\nContent-Length: 2\\r\\n\\r\\n{}' |
  timeout 3 openssl s_client -quiet -connect 127.0.0.1:2379 -CAfile /etc/netvis/ca.crt -cert ${certificate}.crt -key ${certificate}.key 2>/dev/null |
  grep -o '"cluster_id":"[0-9]*"\\|"ID":"[0-9]*"' | sort -u | tr -d '"' | sed 's/cluster_id:/etcd=/; s/^ID:\\(.*\\)/etcd-member-\\1=\\1/'
`;
