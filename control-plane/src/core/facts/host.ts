import { type CommandOutput, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';
import { type Listener, listenersOf } from './listener.ts';

/** The machine itself. Sizes in MiB; `clockMs` is the host's wall clock, milliseconds since 1970. */
export type HostFact = {
  readonly os: { readonly id: string; readonly version: string };
  readonly arch: string;
  readonly cores: number;
  readonly memoryMb: number;
  /** Free space of the file systems that hold `/` and `/var`. */
  readonly freeMb: { readonly root: number; readonly var: number };
  readonly clockMs: number;
  readonly systemd: boolean;
  readonly addresses: readonly HostAddress[];
  /** Null = not looked at, because the host carries a marker. */
  readonly listeners: readonly Listener[] | null;
  /** Cluster named by the host's NetVis marker: null = no marker, '' = one that cannot be read. */
  readonly cluster: string | null;
};

export type HostAddress = { readonly interface: string; readonly address: string; readonly prefix: number };

/** The only key of the source. */
export const hostKey = 'self';
export const markerPath = '/etc/netvis/cluster.json';

const script = `date +'clock\t%s%3N'
( ID= VERSION_ID=; . /etc/os-release; printf 'os\t%s\t%s\n' "$ID" "$VERSION_ID" )
printf 'arch\t%s\ncores\t%s\n' "$(uname -m)" "$(nproc)"
while read -r k v u; do if [ "$k" = MemTotal: ]; then printf 'memory\t%s\n' "$v"; fi; done < /proc/meminfo
df -Pk / /var | { read -r head; n=root; while read -r fs size used free rest; do printf 'free\t%s\t%s\n' "$n" "$free"; n=var; done; }
if [ -d /run/systemd/system ]; then printf 'systemd\n'; fi
if [ -f ${markerPath} ]; then m=; while [ \${#m} -lt 4000 ] && { read -r line || [ -n "$line" ]; }; do m="$m $line"; done < ${markerPath}; printf 'marker\t%s\n' "$m"; fi
ip -o addr show scope global | while read -r n dev family address rest; do printf 'address\t%s\t%s\n' "$dev" "$address"; done
if [ -f ${markerPath} ]; then echo unasked; exit 0; fi
l=$(ss -Hltnp) || exit
seen=' '
while read -r line; do
  printf 'listen\t%s\n' "$line"
  case $line in *pid=*) p=\${line#*pid=}; p=\${p%%,*} ;; *) continue ;; esac
  case $seen in *" $p "*) continue ;; esac; seen="$seen$p "
  while read -r line; do case $line in 0::*|1:name=systemd:*) printf 'cgroup\t/proc/%s/cgroup:%s\n' "$p" "$line" ;; esac; done 2>/dev/null < "/proc/$p/cgroup"
done <<END
$l
END
exit 0`;

export const hostSource: FactSource<HostFact> = {
  name: 'host',
  command: () => raw(script),
  parse: (output, keys) => new Map(keys.map((key) => [key, hostFact(output)])),
};

function hostFact({ stdout }: CommandOutput): HostFact {
  const rows = stdout.split('\n').map((line) => line.split('\t'));
  const all = (name: string) => rows.filter((row) => row[0] === name).map((row) => row.slice(1));
  const one = (name: string) => all(name)[0] ?? [];
  const freeKb = (name: string) => Number(all('free').find((row) => row[0] === name)?.[1] ?? 0);
  return {
    os: { id: one('os')[0] ?? '', version: one('os')[1] ?? '' },
    arch: one('arch')[0] ?? '',
    cores: Number(one('cores')[0] ?? 0),
    memoryMb: Math.floor(Number(one('memory')[0] ?? 0) / 1024),
    freeMb: { root: Math.floor(freeKb('root') / 1024), var: Math.floor(freeKb('var') / 1024) },
    clockMs: Number(one('clock')[0] ?? 0),
    systemd: all('systemd').length > 0,
    addresses: all('address').flatMap(hostAddress),
    listeners:
      all('unasked').length > 0
        ? null
        : listenersOf(
            all('listen').map((row) => row.join(' ')),
            all('cgroup').map((row) => row.join(' ')),
          ),
    cluster: clusterOf(one('marker')[0]),
  };
}

function hostAddress([device, cidr]: readonly string[]): HostAddress[] {
  const [address, prefix] = (cidr ?? '').split('/');
  return device && address ? [{ interface: device, address, prefix: Number(prefix ?? (address.includes(':') ? 128 : 32)) }] : [];
}

function clusterOf(marker: string | undefined): string | null {
  if (marker === undefined) return null;
  try {
    const { cluster } = JSON.parse(marker) as { cluster?: unknown };
    return typeof cluster === 'string' ? cluster : '';
  } catch {
    return '';
  }
}
