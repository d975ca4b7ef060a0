import { homedir } from 'node:os';
import { resolve } from 'node:path';
import { certificateEnvironment } from './adapters/secrets/given-certificate.ts';
import { type SecretSettings, secretsPath } from './adapters/secrets/secret-source.ts';
import type { Site } from './core/site.ts';

/** Where the shipped playbooks and templates lie: beside the bundle's package or the sources. */
export const root = resolve(import.meta.dirname, '..', '..');

/** Where a site's secrets are; the identity comes from the environment or the user's configuration. */
export function secretSettings(site: Site, inventoryPath: string): SecretSettings {
  return {
    file: secretsPath(inventoryPath, site.secrets.file),
    cluster: site.cluster,
    environment: { ...certificateEnvironment(site), ...process.env },
    home: homedir(),
    now: () => new Date(),
  };
}
