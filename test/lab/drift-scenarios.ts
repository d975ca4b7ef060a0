/** Something done by hand to a host of the compact stack, and what netvis-ctl must make of it. */
export type DriftScenario = {
  readonly name: string;
  readonly host: string;
  /** Shell command, run as root on the host. */
  readonly break: string;
  /** The steps that drift names and apply changes on that host, in order; on other hosts none. */
  readonly steps: readonly string[];
  /** The units that stand anew afterwards, and those that only read their files again; no others, on no host. */
  readonly restarted?: readonly string[];
  readonly reloaded?: readonly string[];
  /** Shell command that succeeds on a host as it should be, and fails while it is broken. */
  readonly holds: string;
};

const redis = 'REDISCLI_AUTH=$(cat /etc/netvis/agent/redis-password) redis-cli';
const sentinel = 'redis-cli -p 26379';
const nginxDropIn = '/etc/systemd/system/nginx.service.d/netvis.conf';
const keepalivedDropIn = '/etc/systemd/system/keepalived.service.d/netvis.conf';

export const driftScenarios: readonly DriftScenario[] = [
  {
    name: 'a line added to nginx.conf',
    host: 'n1',
    break: "echo '# by hand' >> /etc/nginx/nginx.conf",
    steps: ['nginx.conf', 'nginx runs'],
    reloaded: ['nginx.service'],
    holds: "! grep -q 'by hand' /etc/nginx/nginx.conf",
  },
  {
    name: 'nginx stopped',
    host: 'n2',
    break: 'systemctl stop nginx',
    steps: ['nginx runs'],
    restarted: ['nginx.service'],
    holds: 'systemctl is-active nginx',
  },
  {
    // A server that is stopped tells nobody its settings and role: they are set again once it runs.
    name: 'Redis stopped on a replica',
    host: 'n3',
    break: 'systemctl stop redis-server',
    steps: ['Redis runs', 'settings of the running Redis', 'Redis follows the live master'],
    restarted: ['redis-server.service'],
    holds: 'systemctl is-active redis-server',
  },
  {
    name: 'nginx disabled',
    host: 'n3',
    break: 'systemctl disable nginx',
    steps: ['nginx runs'],
    holds: 'systemctl is-enabled nginx',
  },
  {
    name: "the mode of the API's environment opened",
    host: 'n2',
    break: 'chmod 0644 /etc/netvis/api.env',
    steps: ['environment of the API', 'the API runs'],
    restarted: ['netvis-api.service'],
    holds: '[ "$(stat -c %a /etc/netvis/api.env)" = 600 ]',
  },
  {
    name: 'a script without its mode',
    host: 'n1',
    break: 'chmod 0644 /opt/netvis/bin/check-nginx',
    steps: ['check of nginx'],
    holds: 'test -x /opt/netvis/bin/check-nginx',
  },
  {
    name: "Sentinel's script deleted",
    host: 'n3',
    break: 'rm /opt/netvis/bin/sentinel-notify',
    steps: ['notification script'],
    holds: 'test -x /opt/netvis/bin/sentinel-notify',
  },
  {
    name: "the agent's unit file deleted",
    host: 'n1',
    break: 'rm /etc/systemd/system/netvis-agent.service',
    steps: ['netvis-agent.service', 'the agent runs'],
    restarted: ['netvis-agent.service'],
    holds: 'systemctl is-enabled netvis-agent',
  },
  {
    name: "nginx's drop-in edited, and already read by systemd",
    host: 'n2',
    break: `sed -i 's/^RestartSec=.*/RestartSec=77s/' ${nginxDropIn} && systemctl daemon-reload`,
    steps: ['nginx comes back by itself', 'nginx runs'],
    reloaded: ['nginx.service'],
    holds: 'systemctl show -p RestartUSec nginx | grep -qx RestartUSec=10s',
  },
  {
    name: "keepalived's drop-in deleted, and already forgotten by systemd",
    host: 'n3',
    break: `rm ${keepalivedDropIn} && systemctl daemon-reload`,
    steps: ['keepalived comes back by itself', 'a running keepalived reads its file'],
    reloaded: ['keepalived.service'],
    holds: 'systemctl show -p Restart keepalived | grep -qx Restart=always',
  },
  {
    name: 'nginx removed',
    host: 'n3',
    break: 'DEBIAN_FRONTEND=noninteractive apt-get remove -y -q nginx',
    steps: ['packages', 'nginx runs'],
    restarted: ['nginx.service'],
    holds: 'dpkg -s nginx | grep -qx "Status: install ok installed" && systemctl is-active nginx',
  },
  {
    name: 'a value of Sentinel set',
    host: 'n1',
    break: `${sentinel} SENTINEL SET netvis-master down-after-milliseconds 60000`,
    steps: ['what Sentinel watches'],
    holds: `! ${sentinel} SENTINEL MASTER netvis-master | grep -A1 -x down-after-milliseconds | grep -qx 60000`,
  },
  {
    name: 'a value of Redis set',
    host: 'n2',
    break: `${redis} CONFIG SET maxmemory-policy allkeys-lru`,
    steps: ['settings of the running Redis'],
    holds: `${redis} CONFIG GET maxmemory-policy | grep -qx noeviction`,
  },
];
