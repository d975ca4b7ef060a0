import { NvError } from '../../control-plane/src/core/errors.ts';
import { laterSecretNames, secretNames } from '../../control-plane/src/core/secret-rules.ts';
import type { SecretSource } from '../../control-plane/src/ports/secret-source.ts';

/** A secret source in memory: `values` is its file (null = there is none) and is filled by the first load of a new cluster. */
export function fakeSecretSource(file: { values: Record<string, string> | null } = { values: null }): SecretSource {
  return {
    async load(clusterExists) {
      const missing = secretNames.filter((name) => !Object.hasOwn(file.values ?? {}, name));
      const lost = missing.filter((name) => file.values === null || !laterSecretNames.includes(name));
      if (clusterExists && lost.length > 0) throw new NvError({ code: 'NV_SECRETS_MISSING', message: `no ${lost.join(', ')}` });
      const made = Object.fromEntries(missing.map((name, i) => [name, `${name}-${i}`.slice(name === 'vrrp' ? -6 : 0)]));
      const values: Record<string, string> = { ...file.values, ...made };
      file.values = values;
      const lookup = (name: string): string => {
        const value = Object.hasOwn(values, name) ? values[name] : undefined;
        if (value !== undefined) return value;
        throw new NvError({ code: 'NV_SECRET_UNKNOWN', message: `there is no secret ${name}` });
      };
      return Object.assign(lookup, { names: Object.keys(values) });
    },
  };
}
