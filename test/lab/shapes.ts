/** The two labs users know, as data. Inventories and tests read logins and addresses from here. */

/** How one gets into a host: as root, as a user whose sudo asks nothing, or as one whose sudo wants a password. */
export type Login = 'root' | 'netvis' | 'deploy';

export type Shape = 'compact' | 'full';

/** A host before it has an address: `suffix` is the last octet. */
export type HostPlan = { readonly name: string; readonly suffix: number; readonly login: Login };

const firstSuffix = 11;

function hosts(names: readonly string[], logins: Readonly<Record<string, Login>>): readonly HostPlan[] {
  return names.map((name, index) => ({ name, suffix: firstSuffix + index, login: logins[name] ?? 'root' }));
}

const fullNames = ['lb1', 'lb2', 'api1', 'api2', 'fe1', 'fe2', 'pg1', 'pg2', 'redis1', 'redis2', 'sentinel1', 'sentinel2', 'sentinel3'];

/** Every host of each shape, in the order of their addresses. */
export const shapes: Readonly<Record<Shape, readonly HostPlan[]>> = {
  full: hosts(fullNames, { api1: 'netvis', fe1: 'netvis', sentinel1: 'netvis', api2: 'deploy', redis2: 'deploy' }),
  compact: hosts(['n1', 'n2', 'n3'], { n2: 'netvis', n3: 'deploy' }),
};

/** The octet of 10.88.N.0/24 and the bridge which the default lab of each shape always has. */
export const defaultNetworks: Readonly<Record<Shape, { readonly octet: number; readonly bridge: string }>> = {
  full: { octet: 0, bridge: 'nvlab' },
  compact: { octet: 1, bridge: 'nvlabc' },
};

/** What sudo does for each login; the password of `sudo-password` lies in the lab's state directory. */
export const sudoOf: Readonly<Record<Login, 'none' | 'no-password' | 'password'>> = {
  root: 'none',
  netvis: 'no-password',
  deploy: 'password',
};

/** Whether a word names a shape. */
export function isShape(word: string): word is Shape {
  return word === 'compact' || word === 'full';
}
