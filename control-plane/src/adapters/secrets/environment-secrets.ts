import { secretNamePattern } from '../../core/secret-rules.ts';

const prefix = 'NETVIS_SECRET_';

/** The environment variable that gives a secret: `postgres-replication` is NETVIS_SECRET_POSTGRES_REPLICATION. */
export function environmentName(name: string): string {
  return prefix + name.toUpperCase().replaceAll('-', '_');
}

/** Every secret the environment gives, by name. */
export function environmentSecrets(environment: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const values: Record<string, string> = {};
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(prefix) || value === undefined) continue;
    const name = variable.slice(prefix.length).toLowerCase().replaceAll('_', '-');
    if (secretNamePattern.test(name)) values[name] = value;
  }
  return values;
}
