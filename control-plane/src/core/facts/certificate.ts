import { argv, concat, group, type RemoteCommand, raw } from '../remote-command.ts';
import type { FactSource } from './fact-source.ts';

export type CertificateFact = {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** In one writing: see `plainAddress`. */
  readonly addresses: readonly string[];
  /** Whole days until its end, by the host's clock; negative when it is over. */
  readonly daysLeft: number;
  /** The cluster's present CA signed it. */
  readonly signedByCa: boolean;
  /** The key file is there and belongs to it. */
  readonly hasKey: boolean;
};

/** The fact key of a certificate with its key and its CA; paths hold no space. */
export const certificateKey = (paths: { path: string; keyPath: string; caPath: string }): string =>
  `${paths.path} ${paths.keyPath} ${paths.caPath}`;

/** Where the reading of an installed certificate is kept, with the hashes of the three files it was read from. */
const recordPath = (path: string): string => `${path}.checked`;

/** Prints what openssl says of certificate $1 with key $2 and CA $3: some 40 ms of a processor. */
const reader = `nv_certificate() {
  [ -f "$1" ] && text=$(openssl x509 -in "$1" -noout -subject -nameopt multiline,-esc_msb,utf8 -enddate -ext subjectAltName -pubkey 2>/dev/null) || return 0
  printf '%s\\n' "$text"
  echo "ends=$(date -d "$(printf '%s\\n' "$text" | sed -n 's/^notAfter=//p')" +%s)"
  if openssl verify -CAfile "$3" "$1" >/dev/null 2>&1; then echo signed=yes; fi
  case $text in *"$(openssl pkey -in "$2" -pubout 2>/dev/null || echo none)"*) echo key=yes ;; esac
}
`;

/** Keys by `certificateKey`; `null` = no certificate, or a file that is none. Files that are as recorded are not read again. */
export const certificateSource: FactSource<CertificateFact | null> = {
  name: 'certificate',
  command: (keys) => concat(raw(`echo "now=$(date +%s)"\n${reader}`), ...keys.map(readCertificate), raw('exit 0')),
  parse({ stdout }, keys) {
    const [head = '', ...blocks] = stdout.split(/^@certificate$\n?/m);
    const now = Number(/^now=(\d+)$/m.exec(head)?.[1]);
    return new Map(keys.map((key, i) => [key, certificateFact(blocks[i] ?? '', now)]));
  },
};

function readCertificate(key: string): RemoteCommand {
  return concat(
    raw('echo @certificate; set -- '),
    argv(...key.split(' '), recordPath(key.split(' ')[0] ?? '')),
    raw(`
if [ -f "$4" ] && read -r of < "$4" && [ "$of" = "$1 $2 $3" ] && sha256sum --status -c "$4" 2>/dev/null; then cat "$4"; else nv_certificate "$@"; fi
`),
  );
}

/** Records a certificate that was just installed, if it is signed and its key is there. */
export function recordCertificate(key: string): RemoteCommand {
  return group(
    concat(
      raw(`${reader}set -- `),
      argv(...key.split(' '), recordPath(key.split(' ')[0] ?? '')),
      raw(`
if sums=$(sha256sum "$1" "$2" "$3"); then read=$(nv_certificate "$@"); else read=; fi
case $read in
*signed=yes*key=yes*) printf '%s\\n' "$1 $2 $3" "$sums" "$read" > "$4.new" && mv -f "$4.new" "$4" ;;
esac`),
    ),
  );
}

/** `now` = the host's clock, seconds since 1970. */
function certificateFact(block: string, now: number): CertificateFact | null {
  const ends = /^ends=(\d+)$/m.exec(block)?.[1];
  if (ends === undefined) return null;
  const names = (/Subject Alternative Name:[^\n]*\n([^\n]*)/.exec(block)?.[1] ?? '').split(',').map((name) => name.trim());
  const after = (prefix: string) => names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  return {
    commonName: /^ *commonName *= (.*)$/m.exec(block)?.[1] ?? '',
    dnsNames: after('DNS:'),
    addresses: after('IP Address:').map(plainAddress),
    daysLeft: Math.floor((Number(ends) - now) / 86_400),
    signedByCa: /^signed=yes$/m.test(block),
    hasKey: /^key=yes$/m.test(block),
  };
}

/** An address written one way: IPv6 as eight lower-case groups without leading zeros, IPv4 as it is. */
export function plainAddress(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.toLowerCase().split('::');
  const groups = (text: string | undefined) => (text ? text.split(':') : []);
  const missing = tail === undefined ? 0 : 8 - groups(head).length - groups(tail).length;
  return [...groups(head), ...Array<string>(missing).fill('0'), ...groups(tail)].map((group) => group.replace(/^0+(?=.)/, '')).join(':');
}
