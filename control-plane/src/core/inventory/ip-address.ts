/** An address as a number. `bits` is 32 or 128 by its family. */
export type IpAddress = { readonly bits: 32 | 128; readonly value: bigint };

/** A network: every address whose first `prefix` bits are those of `base`. */
export type IpNetwork = { readonly base: IpAddress; readonly prefix: number };

/** Takes apart an address that the schema has accepted: dotted IPv4, or IPv6 in any of its spellings. */
export function parseAddress(text: string): IpAddress {
  return text.includes(':') ? { bits: 128, value: ipv6Value(text) } : { bits: 32, value: ipv4Value(text) };
}

/** Takes apart `address/prefix`; the address may have bits beyond the prefix, as a host's own has. */
export function parseNetwork(cidr: string): IpNetwork {
  const [address = '', prefix] = cidr.split('/');
  return { base: parseAddress(address), prefix: Number(prefix) };
}

export function sameAddress(a: IpAddress, b: IpAddress): boolean {
  return a.bits === b.bits && a.value === b.value;
}

export function contains({ base, prefix }: IpNetwork, address: IpAddress): boolean {
  const hostBits = BigInt(base.bits - prefix);
  return base.bits === address.bits && base.value >> hostBits === address.value >> hostBits;
}

/** Why no host can be reached at an address, or undefined when one can. */
export function unusableReason(address: IpAddress): string | undefined {
  const ranges = address.bits === 32 ? unusableIpv4 : unusableIpv6;
  return ranges.find(([cidr]) => contains(parseNetwork(cidr), address))?.[1];
}

/** Whether an address names the network itself or is its broadcast address; networks of two addresses have neither. */
export function isNetworkOrBroadcast({ base, prefix }: IpNetwork): boolean {
  if (base.bits === 128 || prefix >= 31) return false;
  const hostMask = (1n << BigInt(base.bits - prefix)) - 1n;
  const hostPart = base.value & hostMask;
  return hostPart === 0n || hostPart === hostMask;
}

const unusableIpv4: readonly (readonly [cidr: string, reason: string])[] = [
  ['0.0.0.0/8', 'is no address of a host'],
  ['127.0.0.0/8', 'is the loopback of each host'],
  ['169.254.0.0/16', 'is a link-local address'],
  ['224.0.0.0/4', 'is a multicast address'],
  ['240.0.0.0/4', 'is a reserved address'],
];
const unusableIpv6: readonly (readonly [cidr: string, reason: string])[] = [
  ['::/128', 'is no address of a host'],
  ['::1/128', 'is the loopback of each host'],
  ['::ffff:0:0/96', 'is an IPv4 address in IPv6 spelling'],
  ['fe80::/10', 'is a link-local address'],
  ['ff00::/8', 'is a multicast address'],
];

function ipv4Value(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function ipv6Value(text: string): bigint {
  const [head = '', tail] = withHexTail(text).split('::');
  const before = groupsOf(head);
  const after = groupsOf(tail ?? '');
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const groups = [...before, ...Array.from({ length: zeros }, () => 0n), ...after];
  return groups.reduce((value, group) => (value << 16n) | group, 0n);
}

/** Writes a dotted IPv4 tail, as in `::ffff:10.0.0.1`, as two groups. */
function withHexTail(text: string): string {
  return text.replace(/[0-9]+(?:\.[0-9]+){3}$/, (dotted) => {
    const value = ipv4Value(dotted);
    return `${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
  });
}

function groupsOf(text: string): readonly bigint[] {
  return text === '' ? [] : text.split(':').map((group) => BigInt(`0x${group}`));
}
