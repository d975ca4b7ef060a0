import { randomBytes } from 'node:crypto';
import { type Lab, openLab } from '../../lab/lab.ts';
import { eventually } from '../../lab/stack.ts';
import { installOnHosts } from '../host-packages.ts';
import { asSuperuser, inside } from './inside-host.ts';
import { askRoles } from './roles.ts';
import type { DatabaseHost, Login, OpenSystem } from './system.ts';

const home = '/var/lib/postgresql';
const dataDirectory = `${home}/bench`;
const socketDirectory = '/var/run/postgresql';
const monitorDirectory = `${home}/monitor`;
const packages = ['pg-auto-failover-cli', 'postgresql-15-auto-failover', 'postgresql-15'];

/** The monitor's health checks far below their defaults: every 0.5 s, 0.5 s to answer, two retries. */
const monitorSettings = {
  'pgautofailover.health_check_period': '500ms',
  'pgautofailover.health_check_timeout': '500ms',
  'pgautofailover.health_check_max_retries': '2',
  'pgautofailover.health_check_retry_delay': '500ms',
  'pgautofailover.node_considered_unhealthy_timeout': '2s',
  'pgautofailover.primary_demote_timeout': '2s',
  'pgautofailover.startup_grace_period': '2s',
};

/** Debian's pg_auto_failover: a monitor on the third host, a primary and a standby. */
export const openAutoFailover: OpenSystem = async ({ say }) => {
  const lab = openLab({ name: `${process.env.NETVIS_LAB}-paf`, shape: 'compact' });
  say('pg_auto_failover: installing');
  const login = { user: 'bench', password: randomBytes(12).toString('hex'), database: 'postgres' };
  const { databases, monitor } = await start(lab, login);
  const version = (await inside(lab, monitor.name, 'pg_autoctl version | head -1')).trim();
  const ctl = (command: string) => inside(lab, monitor.name, asPostgres(`pg_autoctl ${command} --pgdata ${monitorDirectory}`));
  return {
    name: 'pg_auto_failover',
    settings: `${version}, health checks every 0.5 s`,
    ...{ lab, databases, login, dataDirectory, socketDirectory },
    superuser: (host, sql) => inside(lab, host, asSuperuser(socketDirectory, sql)),
    roles: () => askRoles(databases, login),
    switchover: async () => void (await ctl('perform switchover')),
    describe: () => ctl('show state'),
  };
};

type Started = { readonly databases: readonly DatabaseHost[]; readonly monitor: DatabaseHost };

async function start(lab: Lab, { password }: Login): Promise<Started> {
  await lab.up({ fresh: true });
  const [one, two, monitor] = (await lab.hosts()).map(({ name, address }) => ({ name, address }));
  if (!one || !two || !monitor) throw new Error('the lab has too few hosts');
  const names = [one, two, monitor].map(({ name }) => name);
  await installOnHosts(lab, names, packages);
  await inside(lab, monitor.name, monitorScript(monitor));
  await eventually(() => inside(lab, monitor.name, asPostgres(`pg_autoctl show uri --pgdata ${monitorDirectory}`)), { forMs: 60_000 });
  await inside(lab, monitor.name, tuneScript());
  for (const host of [one, two]) await inside(lab, host.name, nodeScript(host, monitor));
  await inside(lab, one.name, roleScript(password));
  return { databases: [one, two], monitor };
}

function asPostgres(command: string): string {
  return `runuser -u postgres -- env PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin HOME=${home} sh -c "cd ${home} && ${command}"`;
}

/** pg_autoctl keeps itself running by systemd, as its own unit file would. */
function keepRunning(pgdata: string): string {
  return `cat > /etc/systemd/system/bench-autoctl.service <<'END'
[Unit]
StartLimitIntervalSec=0
[Service]
User=postgres
WorkingDirectory=${home}
Environment=PGDATA=${pgdata} HOME=${home} PATH=/usr/lib/postgresql/15/bin:/usr/bin:/bin
ExecStart=/usr/bin/pg_autoctl run
Restart=always
RestartSec=200ms
[Install]
WantedBy=multi-user.target
END
systemctl -q daemon-reload; systemctl -q enable bench-autoctl; systemctl start bench-autoctl`;
}

function monitorScript({ address }: DatabaseHost): string {
  const create = `pg_autoctl create monitor --pgdata ${monitorDirectory} --hostname ${address} --auth trust --ssl-self-signed --pgport 5433`;
  return `${asPostgres(create)} && ${keepRunning(monitorDirectory)}`;
}

function tuneScript(): string {
  const lines = Object.entries(monitorSettings).map(([name, value]) => `${name} = '${value}'`);
  return `printf '%s\\n' ${lines.map((line) => `"${line}"`).join(' ')} >> ${monitorDirectory}/postgresql.conf
${asPostgres(`pg_ctl -D ${monitorDirectory} reload`)} && systemctl restart bench-autoctl && sleep 3`;
}

function nodeScript({ name, address }: DatabaseHost, monitor: DatabaseHost): string {
  const uri = `postgres://autoctl_node@${monitor.address}:5433/pg_auto_failover?sslmode=require`;
  const create = `pg_autoctl create postgres --pgdata ${dataDirectory} --hostname ${address} --name ${name} --auth trust --ssl-self-signed --monitor '${uri}' --pgport 5432`;
  return `${asPostgres(create)}
printf '%s\\n' "wal_log_hints = on" "max_wal_size = '8GB'" "checkpoint_timeout = '1h'" "wal_keep_size = '1GB'" >> ${dataDirectory}/postgresql.conf
printf '%s\\n' 'host all bench 0.0.0.0/0 scram-sha-256' >> ${dataDirectory}/pg_hba.conf
${keepRunning(dataDirectory)}
i=0; until ${asPostgres(`psql -h /tmp -p 5432 -d postgres -Atqc 'select 1'`)} >/dev/null 2>&1 || ${asPostgres(`psql -p 5432 -d postgres -Atqc 'select 1'`)} >/dev/null 2>&1; do i=$((i+1)); [ $i -lt 120 ] || exit 1; sleep 0.5; done`;
}

function roleScript(password: string): string {
  const sql = `CREATE ROLE bench SUPERUSER LOGIN PASSWORD '${password}'`;
  return `i=0; until ${asPostgres(`psql -p 5432 -d postgres -qc \\"${sql}\\"`)}; do i=$((i+1)); [ $i -lt 60 ] || exit 1; sleep 1; done`;
}
