import { BlockList } from 'node:net';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  contains,
  isNetworkOrBroadcast,
  parseAddress,
  parseNetwork,
  sameAddress,
  unusableReason,
} from '../../../../control-plane/src/core/inventory/ip-address.ts';

test.each([
  ['::', '0:0:0:0:0:0:0:0'],
  ['fd00::1', 'fd00:0:0:0:0:0:0:1'],
  ['FD00::A', 'fd00::000a'],
  ['1::', '1:0:0:0:0:0:0:0'],
  ['::ffff:10.0.0.1', '::ffff:a00:1'],
])('%s and %s are one address', (a, b) => {
  expect(sameAddress(parseAddress(a), parseAddress(b))).toBe(true);
});

test('an IPv4 address is no IPv6 address of the same number', () => {
  expect(sameAddress(parseAddress('0.0.0.1'), parseAddress('::1'))).toBe(false);
  expect(contains(parseNetwork('::/0'), parseAddress('10.0.0.1'))).toBe(false);
});

test('a network contains what the system says it contains', () => {
  const cases = fc.oneof(
    fc.tuple(fc.ipV4(), fc.ipV4(), fc.integer({ min: 0, max: 32 }), fc.constant('ipv4' as const)),
    fc.tuple(fc.ipV6(), fc.ipV6(), fc.integer({ min: 0, max: 128 }), fc.constant('ipv6' as const)),
  );
  fc.assert(
    fc.property(cases, ([base, address, prefix, family]) => {
      const list = new BlockList();
      list.addSubnet(base, prefix, family);
      expect(contains(parseNetwork(`${base}/${prefix}`), parseAddress(address))).toBe(list.check(address, family));
    }),
    { numRuns: 500 },
  );
});

test.each(['127.0.0.1', '0.0.0.0', '169.254.1.1', '224.0.0.18', '255.255.255.255', '::', '::1', 'fe80::1', 'ff02::12', '::ffff:10.0.0.1'])(
  'no host is reached at %s',
  (address) => {
    expect(unusableReason(parseAddress(address))).toEqual(expect.any(String));
  },
);

test.each(['10.0.0.1', '192.168.1.100', '100.64.0.1', '203.0.113.9', 'fd00::1', '2001:db8::1'])(
  'a host may be reached at %s',
  (address) => {
    expect(unusableReason(parseAddress(address))).toBeUndefined();
  },
);

test.each([
  ['10.0.0.0/24', true],
  ['10.0.0.255/24', true],
  ['10.0.0.1/24', false],
  ['10.0.0.0/31', false],
  ['10.0.0.1/32', false],
  ['fd00::/64', false],
])('%s names the network or its broadcast: %s', (cidr, expected) => {
  expect(isNetworkOrBroadcast(parseNetwork(cidr))).toBe(expected);
});
