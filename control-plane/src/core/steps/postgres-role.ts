import * as z from 'zod';
import { type PostgresFact, type PostgresRole, type RolePassword, rolePasswords } from '../facts/postgres.ts';
import type { RemoteCommand } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { identifier, refusedWhileSilent, sql } from './postgres-command.ts';
import { dataDirectory, postgresName, sealedSecret } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const attributeNames = ['LOGIN', 'REPLICATION', 'SUPERUSER', 'CREATEDB', 'CREATEROLE'] as const;

const schema = z.strictObject({
  role: postgresName,
  dataDirectory,
  attributes: z.array(z.enum(attributeNames)).default(['LOGIN']),
  /** Name of the secret that is the role's password. */
  passwordSecret: sealedSecret.optional(),
});

type Settings = z.output<typeof schema>;
type Attribute = (typeof attributeNames)[number];

/**
 * A role with exactly these attributes and this password, on the live primary. The password is set again when it is
 * another one than last time, or when the verifier in the server is not the one that came of it.
 */
export const postgresRoleKind: StepKind<Settings> = {
  kind: 'postgres-role',
  schema,
  sealed: ['passwordSecret'],
  facts: ({ dataDirectory: key }) => [{ source: 'postgres', key }],
  diff(settings, { fact }) {
    const found = fact<PostgresFact>('postgres', settings.dataDirectory);
    const silent = refusedWhileSilent(found, settings.dataDirectory);
    if (silent) return silent;
    if (found.live?.inRecovery) return refused(`${settings.role} cannot be made on a standby`);
    const role = found.live?.roles.find(({ name }) => name === settings.role);
    const reasons = role ? differences(settings, role, found.passwords) : ['new'];
    if (reasons.length === 0) return noop(`role ${settings.role} is as wanted`);
    return change({ summary: `role ${settings.role} (${reasons.join(', ')})`, command: setRole(settings) });
  },
};

function differences(settings: Settings, role: PostgresRole, passwords: readonly RolePassword[]): readonly string[] {
  const secret = settings.passwordSecret;
  return [
    ...attributeNames.filter((name) => has(role, name) !== settings.attributes.includes(name)).map((name) => attribute(settings, name)),
    ...(secret && !isSet(role, secret.sha256, passwords) ? ['password'] : []),
  ];
}

function isSet(role: PostgresRole, passwordSha256: string, passwords: readonly RolePassword[]): boolean {
  const last = passwords.find((each) => each.role === role.name);
  return last?.passwordSha256 === passwordSha256 && last.verifierSha256 === role.verifierSha256;
}

function has(role: PostgresRole, name: Attribute): boolean {
  const key = name.toLowerCase() as Lowercase<Attribute>;
  return role[key];
}

function attribute(settings: Settings, name: Attribute): string {
  return settings.attributes.includes(name) ? name : `NO${name}`;
}

/**
 * Makes or alters the role and notes its password's hash, all or nothing; the note replicates with the role. The text
 * goes over standard input and the server logs none of it.
 */
function setRole(settings: Settings): RemoteCommand {
  const { role, passwordSecret, dataDirectory: directory } = settings;
  const options = attributeNames.map((name) => attribute(settings, name)).join(' ');
  const statements = [
    'SET log_statement = none; SET log_min_error_statement = panic; SET log_min_duration_statement = -1; SET client_min_messages = warning;',
    'BEGIN;',
    `DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${identifier(role)}; END IF; END$$;`,
    `ALTER ROLE ${identifier(role)} ${options};`,
    ...(passwordSecret ? setPassword(role, passwordSecret) : []),
    'COMMIT;',
  ];
  return sql(directory, `${statements.join('\n')}\n`);
}

function setPassword(role: string, { text, sha256 }: { text: string; sha256: string }): readonly string[] {
  return [
    `ALTER ROLE ${identifier(role)} PASSWORD ${asSqlText(text)};`,
    'CREATE SCHEMA IF NOT EXISTS netvis;',
    `CREATE TABLE IF NOT EXISTS ${rolePasswords} (role name PRIMARY KEY, password_sha256 text NOT NULL, verifier_sha256 text NOT NULL);`,
    `DELETE FROM ${rolePasswords} WHERE role = '${role}';`,
    `INSERT INTO ${rolePasswords} SELECT rolname, '${sha256}', encode(sha256(convert_to(rolpassword, 'UTF8')), 'hex') FROM pg_authid WHERE rolname = '${role}';`,
  ];
}

/** The token in its SQL writing. */
function asSqlText(token: string): string {
  return token.replace(/:raw/, ':sql');
}
