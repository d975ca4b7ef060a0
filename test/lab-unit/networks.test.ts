import { describe, expect, test } from 'vitest';
import { addressIn, type Claim, chooseClaim, machinePrefix, octetsInUse } from '../lab/networks.ts';

const wanted = (name: string, shape: 'compact' | 'full' = 'full', checkout = '/one') => ({
  name,
  shape,
  checkout,
  folder: `${checkout}/.netvis/lab/${name}/${shape}`,
});
const none: ReadonlySet<number> = new Set();

describe('the network of a lab', () => {
  test('is fixed for the default lab, another one for each shape', () => {
    expect(chooseClaim(wanted('default'), [], none)).toMatchObject({ octet: 0, bridge: 'nvlab' });
    expect(chooseClaim(wanted('default', 'compact'), [], none)).toMatchObject({ octet: 1, bridge: 'nvlabc' });
  });

  test('is the lowest free one for any other lab, beside the default lab’s own', () => {
    const first = chooseClaim(wanted('a'), [], none);
    const second = chooseClaim(wanted('b'), [first], new Set([3]));
    expect([first.octet, second.octet]).toEqual([2, 4]);
    expect([first.bridge, second.bridge]).toEqual(['nvlab2', 'nvlab4']);
  });

  test('stays the same for a lab that has one, although its own bridge is in use', () => {
    const own = chooseClaim(wanted('a'), [], none);
    expect(chooseClaim(wanted('a'), [own], new Set([2]))).toBe(own);
  });

  test('is refused to the default lab of a second checkout, which learns who holds it', () => {
    const held = chooseClaim(wanted('default'), [], none);
    expect(() => chooseClaim(wanted('default', 'full', '/two'), [held], none)).toThrow(
      expect.objectContaining({ code: 'NV_REFUSED', message: expect.stringContaining(held.folder) }),
    );
  });

  test('is refused when none is left', () => {
    const all = new Set(Array.from({ length: 256 }, (_, octet) => octet));
    expect(() => chooseClaim(wanted('a'), [], all)).toThrow(expect.objectContaining({ code: 'NV_REFUSED' }));
  });
});

test('names on the machine fit into the fifteen characters of a link, whatever the network', () => {
  for (const octet of [0, 9, 254]) expect(`vb-${machinePrefix({ octet })}sentinel1`.length).toBe(15);
});

test('addresses carry the octet of the claim', () => {
  expect(addressIn({ octet: 7 } as Claim, 11)).toBe('10.88.7.11');
});

test('octets in use are read from the machine’s addresses', () => {
  const text =
    '4: br0    inet 10.88.0.1/24 scope global br0\\n5: x    inet 10.88.17.1/24 scope global x\\n2: eth0    inet 192.0.2.88/24 brd';
  expect([...octetsInUse(text)]).toEqual([0, 17]);
});
