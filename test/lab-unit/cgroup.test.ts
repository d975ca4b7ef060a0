import { describe, expect, test } from 'vitest';
import { detectLayout, groupFolders } from '../lab/cgroup.ts';

const machineWith = (...paths: string[]) => detectLayout((path) => paths.includes(path));
const root = '/sys/fs/cgroup';

describe('the groups of a host', () => {
  test('lie in every hierarchy of a v1 machine with a hybrid mount', () => {
    const layout = machineWith(`${root}/systemd`, `${root}/freezer`, `${root}/unified`);
    expect(groupFolders(layout, '00-pg1')).toEqual([
      `${root}/systemd/netvis-lab-00-pg1`,
      `${root}/freezer/netvis-lab-00-pg1`,
      `${root}/unified/netvis-lab-00-pg1`,
    ]);
  });

  test('are one folder at the root of a v2 machine', () => {
    expect(groupFolders(machineWith(`${root}/cgroup.controllers`), '00-pg1')).toEqual([`${root}/netvis-lab-00-pg1`]);
  });

  test('are a scope under systemd', () => {
    const layout = machineWith(`${root}/cgroup.controllers`, '/run/systemd/system');
    expect(groupFolders(layout, '00-pg1')).toEqual([`${root}/system.slice/netvis-lab-00-pg1.scope`]);
  });

  test('keep a freezer of their own under a systemd with v1', () => {
    const layout = machineWith(`${root}/systemd`, `${root}/freezer`, '/run/systemd/system');
    expect(groupFolders(layout, '00-pg1')).toEqual([
      `${root}/systemd/system.slice/netvis-lab-00-pg1.scope`,
      `${root}/freezer/netvis-lab-00-pg1`,
    ]);
  });
});
