import { NvError } from '../../control-plane/src/core/errors.ts';
import { defaultNetworks, type Shape } from './shapes.ts';

/** A lab of one shape: whose it is and which network of the machine it holds. `folder` is its state directory in `checkout`. */
export type Claim = {
  readonly name: string;
  readonly shape: Shape;
  readonly checkout: string;
  readonly folder: string;
  readonly octet: number;
  readonly bridge: string;
};

/** The name of the lab that has the fixed addresses. */
export const defaultLab = 'default';

export type Wanted = Pick<Claim, 'name' | 'shape' | 'checkout' | 'folder'>;

/**
 * The claim for a lab: the one it has, the fixed one of the default lab, or the lowest free octet.
 * `taken` are octets of 10.88.N.0/24 that something else on the machine uses.
 * Throws NV_REFUSED when the default network is another checkout's, or no octet is left.
 */
export function chooseClaim(wanted: Wanted, claims: readonly Claim[], taken: ReadonlySet<number>): Claim {
  const own = claims.find((claim) => claim.folder === wanted.folder);
  if (own !== undefined) return own;
  if (wanted.name === defaultLab) return claimDefault(wanted, claims);
  const used = new Set([...taken, ...claims.map((claim) => claim.octet), ...Object.values(defaultNetworks).map(({ octet }) => octet)]);
  for (let octet = 2; octet < 255; octet++) {
    if (!used.has(octet)) return { ...wanted, octet, bridge: `nvlab${octet}` };
  }
  throw new NvError({ code: 'NV_REFUSED', message: 'every network 10.88.N.0/24 is in use', hint: 'take a lab down first' });
}

function claimDefault(wanted: Wanted, claims: readonly Claim[]): Claim {
  const fixed = defaultNetworks[wanted.shape];
  const holder = claims.find((claim) => claim.octet === fixed.octet);
  if (holder === undefined) return { ...wanted, ...fixed };
  throw new NvError({
    code: 'NV_REFUSED',
    message: `the network of the default ${wanted.shape} lab is held by the lab in ${holder.folder}`,
    hint: 'run "npm run lab -- down" in that checkout, or set NETVIS_LAB to another name here',
  });
}

/** The address of the machine (suffix 1) or of a host in a claim's network. */
export function addressIn(claim: Pick<Claim, 'octet'>, suffix: number): string {
  return `10.88.${claim.octet}.${suffix}`;
}

/** What all machine-wide names of a claim begin with: groups, veths, machines. Two characters, so that a veth's name fits. */
export function machinePrefix(claim: Pick<Claim, 'octet'>): string {
  return `${claim.octet.toString(16).padStart(2, '0')}-`;
}

/** The octets N of all 10.88.N.x addresses in the text of `ip -oneline -4 address`. */
export function octetsInUse(addresses: string): ReadonlySet<number> {
  return new Set([...addresses.matchAll(/\binet 10\.88\.(\d+)\./g)].map((found) => Number(found[1])));
}
