import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ensureImage } from '../lab/image.ts';
import type { Lab } from '../lab/lab.ts';
import { must } from '../lab/process.ts';
import { inside } from './failover/inside-host.ts';

/**
 * Installs Debian packages on lab hosts, which reach no mirror: the machine resolves what a blank host lacks, fetches it
 * and sends it to all. No service is started.
 */
export async function installOnHosts(lab: Lab, names: readonly string[], packages: readonly string[]): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'netvis-packages-'));
  try {
    await copyFile(join(await ensureImage(console.error), 'var/lib/dpkg/status'), join(folder, 'status'));
    await must(['sh', '-c', fetchScript, 'sh', folder, ...packages]);
    const input = await must(['sh', '-c', 'cd "$1/archives" && tar -c *.deb | base64', 'sh', folder]);
    await Promise.all(names.map((name) => inside(lab, name, { command: installScript, input })));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Resolved against lists as new as the host's packages: the machine's own may be months old. */
const fetchScript = `
set -e
folder=$1; shift
mkdir -p "$folder/archives/partial" "$folder/lists/partial"
apt() {
  apt-get -qq -y -o Dir::State::status="$folder/status" -o Dir::State::lists="$folder/lists" -o Dir::Cache::pkgcache= \
    -o Dir::Cache::srcpkgcache= -o Dir::Cache::archives="$folder/archives" -o Debug::NoLocking=1 -o APT::Sandbox::User=root "$@"
}
apt update
apt --no-install-recommends install --download-only "$@"`;

/** Debian's own PostgreSQL cluster and the services of what is installed stay off: each system starts its own. */
const installScript = `
set -e
d=$(mktemp -d); trap 'rm -rf "$d"; rm -f /usr/sbin/policy-rc.d' EXIT
base64 -d | tar -x -C "$d"
mkdir -p /etc/postgresql-common/createcluster.d
echo 'create_main_cluster = false' > /etc/postgresql-common/createcluster.d/bench.conf
printf '#!/bin/sh\\nexit 101\\n' > /usr/sbin/policy-rc.d; chmod 755 /usr/sbin/policy-rc.d
DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$d"/*.deb </dev/null >/dev/null`;
