import { join, resolve } from 'node:path';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { addressIn, type Claim, defaultLab, machinePrefix, type Wanted } from './networks.ts';
import { isShape, type Login, type Shape, shapes } from './shapes.ts';

const repository = resolve(import.meta.dirname, '../..');

/** The files of a lab that both its shapes share. */
export type LabFiles = {
  readonly folder: string;
  /** Private key that every host lets in; the public one beside it ends in `.pub`. */
  readonly identity: string;
  readonly knownHosts: string;
  /** The password of `deploy`'s sudo: one line. */
  readonly sudoPassword: string;
};

/** A host of a lab with every name it goes by. */
export type Host = {
  readonly name: string;
  readonly address: string;
  readonly login: Login;
  /** Its name on this machine: unique among all labs. */
  readonly machine: string;
  /** Its disk and its notes. */
  readonly folder: string;
};

/** Where the lab of that name keeps what it generates. Throws NV_USAGE on a name that cannot be a folder. */
export function labFiles(name: string): LabFiles {
  if (!/^[a-z0-9][a-z0-9-]{0,19}$/.test(name) || isShape(name)) {
    throw new NvError({
      code: 'NV_USAGE',
      message: `NETVIS_LAB=${name} is no name for a lab`,
      hint: 'use a-z, 0-9 and "-"; not the name of a shape',
    });
  }
  const base = join(repository, '.netvis/lab');
  const folder = name === defaultLab ? base : join(base, name);
  return {
    folder,
    identity: join(folder, 'id_ed25519'),
    knownHosts: join(folder, 'known_hosts'),
    sudoPassword: join(folder, 'sudo-password'),
  };
}

/** What a lab of that name and shape asks the machine's registry for. */
export function wantedOf(name: string, shape: Shape): Wanted {
  return { name, shape, checkout: repository, folder: join(labFiles(name).folder, shape) };
}

/** All hosts of the claim's shape, in the order of their addresses. */
export function hostsOf(claim: Claim): Host[] {
  return shapes[claim.shape].map(({ name, suffix, login }) => ({
    name,
    login,
    address: addressIn(claim, suffix),
    machine: `${machinePrefix(claim)}${name}`,
    folder: join(claim.folder, name),
  }));
}
