import type { Finding } from '../inventory-document.ts';
import { contains, type IpAddress, isNetworkOrBroadcast, parseAddress, parseNetwork, sameAddress, unusableReason } from '../ip-address.ts';
import type { Inventory, Vip } from '../schema.ts';
import { hostsWith, type LintRule, repeats } from './lint-rule.ts';

/** Rules on the addresses of hosts and VIPs. */
export const addressRules: readonly LintRule[] = [
  { id: 'address-unusable', severity: 'error', demand: 'other hosts can reach a host at its address', find: unusableAddresses },
  { id: 'address-twice', severity: 'error', demand: 'two hosts have two addresses', find: sharedAddresses },
  { id: 'replica-beside-primary', severity: 'error', demand: 'the copies of the data are on different hosts', find: copiesOnOneHost },
  { id: 'address-families', severity: 'error', demand: 'all addresses are of one family', find: mixedFamilies },
  { id: 'vip-is-host', severity: 'error', demand: 'a VIP is nobody’s own address', find: vipsOfHosts },
  { id: 'vip-no-host-address', severity: 'error', demand: 'a VIP is neither network nor broadcast address', find: vipsOfNetworks },
  { id: 'vip-outside-network', severity: 'error', demand: 'a VIP is in the network of the hosts that carry it', find: vipsOutside },
  { id: 'vip-twice', severity: 'error', demand: 'the VIPs differ', find: equalVips },
  { id: 'router-id-twice', severity: 'error', demand: 'every VIP has a VRRP router id of its own', find: equalRouterIds },
  { id: 'vip-absent', severity: 'warning', demand: 'clients reach a new primary or master at an address that stays', find: absentVips },
  { id: 'client-network-open', severity: 'warning', demand: 'the database is not open to every address', find: openNetworks },
];

const carriers = { web: 'lb', postgres: 'postgres', redis: 'redis' } as const;
type VipName = keyof typeof carriers;
type NamedVip = { readonly name: VipName; readonly vip: Vip; readonly address: IpAddress };

function vipsOf({ vips }: Inventory): readonly NamedVip[] {
  return (Object.keys(carriers) as VipName[]).flatMap((name) => {
    const vip = vips[name];
    return vip ? [{ name, vip, address: parseNetwork(vip.address).base }] : [];
  });
}

function hostAddresses({ hosts }: Inventory): readonly { name: string; text: string; address: IpAddress }[] {
  return Object.entries(hosts).map(([name, { address }]) => ({ name, text: address, address: parseAddress(address) }));
}

const ownAddress = 'Write an address that an interface of the host has and the other hosts reach.';

function unusableAddresses(inventory: Inventory): readonly Finding[] {
  return hostAddresses(inventory).flatMap(({ name, text, address }) => {
    const reason = unusableReason(address);
    return reason ? [{ path: ['hosts', name, 'address'], message: `the address ${text} of ${name} ${reason}`, hint: ownAddress }] : [];
  });
}

function sharedAddresses(inventory: Inventory): readonly Finding[] {
  return repeats(hostAddresses(inventory), addressKey).map(({ entry, first }) => ({
    path: ['hosts', entry.name, 'address'],
    message: `${entry.name} and ${first.name} have the same address ${entry.text}`,
    hint: 'A host stands once in the inventory; give it all its roles there.',
  }));
}

function copiesOnOneHost(inventory: Inventory): readonly Finding[] {
  const roleOf = { postgres: 'PostgreSQL servers', redis: 'Redis servers', sentinel: 'Sentinels', etcd: 'etcd members' } as const;
  return Object.entries(roleOf).flatMap(([role, servers]) => {
    const members = hostAddresses(inventory).filter(({ name }) => hostsWith(inventory, role as keyof typeof roleOf).includes(name));
    return repeats(members, addressKey).map(({ entry, first }) => ({
      path: ['hosts', entry.name, 'roles'],
      message: `two ${servers}, ${first.name} and ${entry.name}, are on one host: they fail together`,
      hint: 'Give the role to another host.',
    }));
  });
}

function mixedFamilies(inventory: Inventory): readonly Finding[] {
  const [first, ...others] = hostAddresses(inventory);
  if (!first) return [];
  const family = first.address.bits === 32 ? 'IPv4' : 'IPv6';
  const differing = [
    ...others.map(({ name, address }) => ({ path: ['hosts', name, 'address'], what: `the address of ${name}`, address })),
    ...vipsOf(inventory).map(({ name, address }) => ({ path: ['vips', name, 'address'], what: `the ${name} VIP`, address })),
  ].filter(({ address }) => address.bits !== first.address.bits);
  return differing.map(({ path, what }) => ({
    path,
    message: `${what} is not ${family} as the address of ${first.name} is`,
    hint: 'Write all addresses in one family.',
  }));
}

function vipsOfHosts(inventory: Inventory): readonly Finding[] {
  return vipsOf(inventory).flatMap(({ name, vip, address }) => {
    const owner = hostAddresses(inventory).find((host) => sameAddress(host.address, address));
    if (!owner) return [];
    const message = `the ${name} VIP ${vip.address} is the address of ${owner.name}`;
    return [{ path: ['vips', name, 'address'], message, hint: 'Choose an address that no machine has.' }];
  });
}

function vipsOfNetworks(inventory: Inventory): readonly Finding[] {
  return vipsOf(inventory)
    .filter(({ vip, address }) => isNetworkOrBroadcast(parseNetwork(vip.address)) || unusableReason(address) !== undefined)
    .map(({ name, vip }) => ({
      path: ['vips', name, 'address'],
      message: `the ${name} VIP ${vip.address} cannot be the address of a host`,
      hint: 'Write one address of the network with its prefix, such as 192.168.1.100/24.',
    }));
}

/** Hosts of another family are the business of address-families. */
function vipsOutside(inventory: Inventory): readonly Finding[] {
  return vipsOf(inventory).flatMap(({ name, vip, address }) => {
    const network = parseNetwork(vip.address);
    const members = hostsWith(inventory, carriers[name]);
    const outside = hostAddresses(inventory).filter(
      (host) => members.includes(host.name) && host.address.bits === address.bits && !contains(network, host.address),
    );
    if (outside.length === 0) return [];
    const message = `the ${name} VIP ${vip.address} is outside the network of ${outside.map((host) => host.name).join(', ')}`;
    return [{ path: ['vips', name, 'address'], message, hint: `Every ${carriers[name]} host must be in the VIP's network.` }];
  });
}

function equalVips(inventory: Inventory): readonly Finding[] {
  return repeats(vipsOf(inventory), addressKey).map(({ entry, first }) => ({
    path: ['vips', entry.name, 'address'],
    message: `the ${entry.name} VIP is the ${first.name} VIP as well`,
    hint: 'Each moves by itself, so each needs an address of its own.',
  }));
}

function equalRouterIds(inventory: Inventory): readonly Finding[] {
  return repeats(vipsOf(inventory), ({ vip }) => String(vip.routerId)).map(({ entry, first }) => ({
    path: ['vips', entry.name, 'routerId'],
    message: `the ${entry.name} VIP has the router id ${entry.vip.routerId} of the ${first.name} VIP`,
    hint: 'Choose ids that nobody else in the network uses.',
  }));
}

function absentVips(inventory: Inventory): readonly Finding[] {
  return (['postgres', 'redis'] as const)
    .filter((name) => inventory.vips[name] === undefined)
    .map((name) => ({
      path: ['vips'],
      message: `there is no ${name} VIP: clients outside the cluster must find the new ${name === 'redis' ? 'master' : 'primary'} themselves`,
      hint: `Add vips.${name}, unless the network does not allow virtual addresses.`,
    }));
}

function openNetworks(inventory: Inventory): readonly Finding[] {
  return inventory.postgres.clientNetworks.flatMap((network, index) => {
    if (!network.endsWith('/0')) return [];
    return [
      {
        path: ['postgres', 'clientNetworks', index],
        message: `the network ${network} is every address there is`,
        hint: 'Name the networks of the clients.',
      },
    ];
  });
}

function addressKey({ address }: { address: IpAddress }): string {
  return `${address.bits}:${address.value}`;
}
