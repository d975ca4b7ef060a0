import { createHash } from 'node:crypto';

/** The release every lab host runs. */
export const release = 'bookworm';

/** Packages that a blank host has beyond Debian's minimum. */
export const installedPackages: readonly string[] = [
  'systemd',
  'systemd-sysv',
  'dbus',
  'openssh-server',
  'sudo',
  'iproute2',
  'procps',
  'ca-certificates',
  'libpam-systemd',
  'nftables',
];

/** Packages a host can install without a network: their archives lie in the image, nothing of them is installed. */
export const carriedPackages: readonly string[] = [
  'postgresql-15',
  'postgresql-client-15',
  'postgresql-common',
  'redis-server',
  'redis-sentinel',
  'redis-tools',
  'etcd-server',
  'etcd-client',
  'nginx',
  'nginx-light',
  'keepalived',
  'openssl',
  'curl',
  'jq',
  'rsync',
  'chrony',
  'age',
  'libstdc++6',
  'nftables',
  'psmisc',
  'iputils-ping',
  'iputils-arping',
];

/** Files of the image, by absolute path. Only the lab's own quiet and speed are set here; all else is Debian as it comes. */
export const imageFiles: Readonly<Record<string, string>> = {
  '/etc/apt/apt.conf.d/90lab': [
    'APT::Keep-Downloaded-Packages "true";',
    'Binary::apt::APT::Keep-Downloaded-Packages "true";',
    'APT::Periodic::Enable "0";',
    'Acquire::Languages "none";',
    'Acquire::Check-Valid-Until "false";',
    'Acquire::Retries "0";',
    '',
  ].join('\n'),
  '/etc/dpkg/dpkg.cfg.d/90lab': 'force-unsafe-io\n',
  '/etc/systemd/journald.conf.d/90-lab.conf': '[Journal]\nStorage=volatile\nRuntimeMaxUse=16M\nForwardToSyslog=no\n',
  '/etc/ssh/sshd_config.d/90-lab.conf': 'HostKey /etc/ssh/ssh_host_ed25519_key\nPasswordAuthentication no\n',
  '/etc/hostname': 'blank\n',
  '/etc/hosts': '127.0.0.1 localhost\n::1 localhost ip6-localhost\n',
  '/etc/resolv.conf': '',
  '/etc/machine-id': '',
};

const maskedUnits = [
  'apt-daily.timer',
  'apt-daily-upgrade.timer',
  'dpkg-db-backup.timer',
  'e2scrub_all.timer',
  'e2scrub_reap.service',
  'fstrim.timer',
  'systemd-networkd-wait-online.service',
  'systemd-resolved.service',
  'systemd-timesyncd.service',
  'getty.target',
  'console-getty.service',
];

/**
 * Leaves only what a host can install in apt's lists: a list of all of Debian costs every apt call half a second,
 * and promises packages that a host without a network cannot have.
 */
const shortenLists = `
{ dpkg-query -W -f '\${Package}\\n'; ls /var/cache/apt/archives | sed -n 's/_.*\\.deb$//p'; } | sort -u > /tmp/names
for list in /var/lib/apt/lists/*_Packages; do
  awk -v RS= -v ORS='\\n\\n' 'NR == FNR { n = split($0, names, "\\n"); for (i = 1; i <= n; i++) keep[names[i]]; next } $2 in keep' /tmp/names "$list" > /tmp/list
  cat /tmp/list > "$list"
done
rm -f /tmp/names /tmp/list /var/cache/apt/*.bin`;

const fetch = 'apt-get -qq install -y --no-install-recommends --download-only';

/**
 * Runs in the image as root once its sources are in place: brings it up to date (a package with a newer candidate would send
 * a host to the network), fetches what is carried, proves that this is complete, sets units, drops keys and files of no use.
 */
export const finishScript: string = [
  'set -eu',
  'export DEBIAN_FRONTEND=noninteractive LC_ALL=C',
  'printf "#!/bin/sh\\nexit 101\\n" > /usr/sbin/policy-rc.d && chmod 755 /usr/sbin/policy-rc.d',
  'apt-get -qq update',
  'apt-get -qq dist-upgrade -y',
  'rm -f /var/cache/apt/archives/*.deb',
  `${fetch} ${carriedPackages.join(' ')}`,
  shortenLists,
  `${fetch} --no-download ${carriedPackages.join(' ')}`,
  'systemctl -q enable ssh.service systemd-networkd.service',
  `systemctl -q mask ${maskedUnits.join(' ')}`,
  'systemctl -q set-default multi-user.target',
  'rm -f /usr/sbin/policy-rc.d /etc/ssh/ssh_host_* /var/lib/dbus/machine-id /var/log/*.log /var/log/apt/*',
  'rm -rf /var/cache/apt/archives/partial/* /usr/share/doc/* /usr/share/locale/* /usr/share/man/*',
].join('\n');

/** The name of the image that this recipe makes; another recipe or another architecture has another name. */
export function imageName(architecture: string): string {
  const recipe = JSON.stringify([release, architecture, installedPackages, carriedPackages, imageFiles, finishScript]);
  return `base-${createHash('sha256').update(recipe).digest('hex').slice(0, 12)}`;
}
