import { looksLikeRange, parseRange, rangeLimit, textsOf } from './host-range.ts';
import { type Finding, isMapping } from './inventory-document.ts';

/** The inventory with ranges written out. `origins` names the key in the file each expanded host comes from. */
export type ExpandedHosts = {
  readonly value: unknown;
  readonly origins: ReadonlyMap<string, string>;
  readonly findings: readonly Finding[];
};

/** Hosts that ranges may fill an inventory up to. */
const hostLimit = 2 * rangeLimit;

const rangeHint = 'Write the first and the last one, as in api[1:2] with 10.0.0.[21:22], or each host by itself.';

type Target = { readonly hosts: Map<string, unknown>; readonly origins: Map<string, string>; readonly findings: Finding[] };

/**
 * Writes every host range out: `api[1:2]: {address: 10.0.0.[21:22], …}` becomes api1 and api2. Whatever cannot be
 * written out is left away and found. A document without a mapping `hosts` comes back as it is.
 */
export function expandHosts(document: unknown): ExpandedHosts {
  if (!isMapping(document) || !isMapping(document.hosts)) return { value: document, origins: new Map(), findings: [] };
  const target: Target = { hosts: new Map(), origins: new Map(), findings: [] };
  for (const [key, host] of Object.entries(document.hosts)) expandHost(key, host, target);
  return { value: { ...document, hosts: Object.fromEntries(target.hosts) }, origins: target.origins, findings: target.findings };
}

function expandHost(key: string, host: unknown, target: Target): void {
  if (!looksLikeRange(key)) {
    addHost({ name: key, key, host }, target);
    return;
  }
  const range = parseRange(key);
  if ('reason' in range) {
    target.findings.push({ path: ['hosts', key], message: `hosts.${key} ${range.reason}`, hint: rangeHint });
    return;
  }
  const names = textsOf(range);
  if (target.hosts.size + names.length > hostLimit) {
    target.findings.push({ path: ['hosts', key], message: `hosts.${key} makes more than ${hostLimit} hosts`, hint: rangeHint });
    return;
  }
  const addresses = addressesOf(key, host, names.length);
  if ('message' in addresses) {
    target.findings.push(addresses);
    return;
  }
  names.forEach((name, index) => {
    addHost({ name, key, host: isMapping(host) ? { ...host, ...addresses[index] } : host }, target);
  });
}

/** One `{address}` per host of a range, or nothing to add where the schema has the say. */
function addressesOf(key: string, host: unknown, count: number): readonly { address?: string }[] | Finding {
  if (!isMapping(host) || typeof host.address !== 'string') return Array.from({ length: count }, () => ({}));
  const path = ['hosts', key, 'address'];
  const range = looksLikeRange(host.address) ? parseRange(host.address) : { before: host.address, members: [''], after: '' };
  if ('reason' in range) return { path, message: `hosts.${key}.address ${range.reason}`, hint: rangeHint };
  if (range.members.length !== count) {
    return {
      path,
      message: `hosts.${key}.address stands for ${range.members.length} of the ${count} hosts`,
      hint: 'Give both the same number of members, as in api[1:2] with 10.0.0.[21:22].',
    };
  }
  return textsOf(range).map((address) => ({ address }));
}

function addHost(host: { name: string; key: string; host: unknown }, target: Target): void {
  if (target.hosts.has(host.name)) {
    const message = `hosts.${host.key} names the host ${host.name} a second time`;
    target.findings.push({ path: ['hosts', host.key], message, hint: `It is also in "${target.origins.get(host.name)}".` });
    return;
  }
  target.hosts.set(host.name, host.host);
  target.origins.set(host.name, host.key);
}
