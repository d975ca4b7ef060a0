import { createHash } from 'node:crypto';
import { NvError } from '../../core/errors.ts';
import { hasSecret, revealSecrets, type SecretLookup } from '../../core/secret.ts';
import { createMasker } from '../../core/secret-mask.ts';
import type { RunSecrets } from '../../ports/run-secrets.ts';
import type { Secrets } from '../../ports/secret-source.ts';
import { issueCertificate } from '../certificates/issue-certificate.ts';
import { createSecretSource, readSecrets, type SecretSettings } from './secret-source.ts';

/** The secrets of one run in this process: those already given at once, all of them after `unlock`. */
export async function openRunSecrets(settings: SecretSettings): Promise<RunSecrets> {
  let known: Secrets = await readSecrets(settings);
  let lookup: SecretLookup = known;
  let mask = createMasker(known);
  return {
    lookup: (name) => lookup(name),
    async unlock(clusterExists) {
      known = await createSecretSource(settings).load(clusterExists);
      lookup = known;
      mask = createMasker(known);
    },
    usePlaceholders() {
      lookup = withPlaceholders(known);
    },
    seal: (text) => ({ text, sha256: sha256(hasSecret(text) ? revealSecrets(text, lookup) : text) }),
    mask: (text) => mask(text),
    issue: (request) => issueCertificate({ request, ca: { key: lookup('ca-key'), cert: lookup('ca-cert') }, now: settings.now() }),
  };
}

function withPlaceholders(known: Secrets): SecretLookup {
  return (name) => {
    try {
      return known(name);
    } catch (error) {
      if (error instanceof NvError && error.code === 'NV_SECRET_UNKNOWN') return `placeholder-of-${name}`;
      throw error;
    }
  };
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
