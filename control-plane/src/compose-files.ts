/** The adapters that commands on this machine's own files use as they are. */
export { replaceFile } from './adapters/atomic-file.ts';
export { identityPath } from './adapters/secrets/identity.ts';
export { createSecretSource, readSecrets, type SecretSettings } from './adapters/secrets/secret-source.ts';
export { loadSite } from './adapters/yaml/load-site.ts';
