import { readFileSync } from 'node:fs';
import { NvError } from '../../core/errors.ts';
import type { Site } from '../../core/site.ts';
import { environmentName } from './environment-secrets.ts';

/**
 * The operator's own certificate and key as the secrets `nginx-certificate` and `nginx-certificate-key`, in the form of
 * environment variables; empty when the inventory gives none. Throws NV_INVENTORY_INVALID when a file cannot be read.
 */
export function certificateEnvironment({ nginx }: Pick<Site, 'nginx'>): Readonly<Record<string, string>> {
  const given = { 'nginx-certificate': nginx.certificate, 'nginx-certificate-key': nginx.certificateKey };
  const read = Object.entries(given).flatMap(([name, path]) =>
    path === undefined ? [] : [[environmentName(name), readPem(path)] as const],
  );
  return Object.fromEntries(read);
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    throw new NvError(
      {
        code: 'NV_INVENTORY_INVALID',
        message: `the certificate file ${path} cannot be read`,
        hint: 'nginx.certificate and nginx.certificateKey name PEM files.',
      },
      { cause },
    );
  }
}
