import { describe, expect, test } from 'vitest';
import { checkMachineTraces, hostsIn } from '../../../scripts/structure/machine-traces.ts';

const found = (text: string, traces: string[]) => checkMachineTraces([{ path: 'a.md', text }], traces).map(({ line }) => line);

describe('traces of the machine', () => {
  test('a path or a host of this machine is found where it stands', () => {
    expect(found('see\n/srv/build/tree/README.md', ['/srv/build/tree'])).toEqual([2]);
    expect(found('deb http://mirror.example.org/debian', ['mirror.example.org'])).toEqual([1]);
  });

  test('a longer name that only contains the trace passes', () => {
    expect(found('/srv/build/treehouse and my-mirror.example.org', ['/srv/build/tree', 'mirror.example.org'])).toEqual([]);
  });

  test('the hosts of a settings file are its URLs without names that could stand anywhere', () => {
    const settings =
      'registry=https://user:pw@npm.example.org/x/\nproxy=http://127.0.0.1:80\nURIs: http://deb.example.org/debian\nhttp://localhost/';
    expect(hostsIn(settings)).toEqual(['npm.example.org', 'deb.example.org']);
  });
});
