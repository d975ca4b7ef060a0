import { argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
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

/** Keys by `certificateKey`; `null` = no certificate, or a file that is none. */
export const certificateSource: FactSource<CertificateFact | null> = {
  name: 'certificate',
  command: (keys) => concat(...keys.map(readCertificate), raw('exit 0')),
  parse({ stdout }, keys) {
    const blocks = stdout.split(/^@certificate$\n?/m).slice(1);
    return new Map(keys.map((key, i) => [key, certificateFact(blocks[i] ?? '')]));
  },
};

function readCertificate(key: string): RemoteCommand {
  const [path = '', keyPath = '', caPath = ''] = key.split(' ');
  return concat(
    raw('echo @certificate; set -- '),
    argv(path, keyPath, caPath),
    raw(`
if [ -f "$1" ] && text=$(openssl x509 -in "$1" -noout -subject -nameopt multiline,-esc_msb,utf8 -enddate -ext subjectAltName -pubkey 2>/dev/null); then
  printf '%s\\n' "$text"
  end=$(printf '%s\\n' "$text" | sed -n 's/^notAfter=//p')
  echo "seconds=$(( $(date -d "$end" +%s) - $(date +%s) ))"
  if openssl verify -CAfile "$3" "$1" >/dev/null 2>&1; then echo signed=yes; fi
  case $text in *"$(openssl pkey -in "$2" -pubout 2>/dev/null || echo none)"*) echo key=yes ;; esac
fi
`),
  );
}

function certificateFact(block: string): CertificateFact | null {
  const seconds = /^seconds=(-?\d+)$/m.exec(block)?.[1];
  if (seconds === undefined) return null;
  const names = (/Subject Alternative Name:[^\n]*\n([^\n]*)/.exec(block)?.[1] ?? '').split(',').map((name) => name.trim());
  const after = (prefix: string) => names.flatMap((name) => (name.startsWith(prefix) ? [name.slice(prefix.length)] : []));
  return {
    commonName: /^ *commonName *= (.*)$/m.exec(block)?.[1] ?? '',
    dnsNames: after('DNS:'),
    addresses: after('IP Address:').map(plainAddress),
    daysLeft: Math.floor(Number(seconds) / 86_400),
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
