import * as z from 'zod';
import { type PostgresFact, type PostgresRole, roleMarkers } from '../facts/postgres.ts';
import { all, argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import { change, noop, refused } from './diff.ts';
import { identifier, sql } from './postgres-command.ts';
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
    if (found.live?.inRecovery) return refused(`${settings.role} cannot be made on a standby`);
    const role = found.live?.roles.find(({ name }) => name === settings.role);
    const reasons = role ? differences(settings, role, found.markers[settings.role]) : ['new'];
    if (reasons.length === 0) return noop(`role ${settings.role} is as wanted`);
    return change({ summary: `role ${settings.role} (${reasons.join(', ')})`, command: setRole(settings) });
  },
};

function differences(settings: Settings, role: PostgresRole, marker: string | undefined): readonly string[] {
  const secret = settings.passwordSecret;
  return [
    ...attributeNames.filter((name) => has(role, name) !== settings.attributes.includes(name)).map((name) => attribute(settings, name)),
    ...(secret && (role.verifierSha256 === null || marker !== `${secret.sha256} ${role.verifierSha256}`) ? ['password'] : []),
  ];
}

function has(role: PostgresRole, name: Attribute): boolean {
  const key = name.toLowerCase() as Lowercase<Attribute>;
  return role[key];
}

function attribute(settings: Settings, name: Attribute): string {
  return settings.attributes.includes(name) ? name : `NO${name}`;
}

/**
 * One statement block that makes or alters the role; its text goes over standard input and the server logs none of it.
 * The marker is written last: cut off before it, the next run sets the same password again.
 */
function setRole(settings: Settings): RemoteCommand {
  const { role, passwordSecret, dataDirectory: directory } = settings;
  const options = attributeNames.map((name) => attribute(settings, name)).join(' ');
  const statements = [
    'SET log_statement = none; SET log_min_error_statement = panic; SET log_min_duration_statement = -1;',
    `DO $$BEGIN IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = '${role}') THEN CREATE ROLE ${identifier(role)}; END IF; END$$;`,
    `ALTER ROLE ${identifier(role)} ${options};`,
    ...(passwordSecret ? [`ALTER ROLE ${identifier(role)} PASSWORD ${asSqlText(passwordSecret.text)};`] : []),
  ].join('\n');
  if (!passwordSecret) return sql(directory, statements);
  return all(sql(directory, statements), mark(settings, passwordSecret.sha256));
}

/** The token in its SQL writing. */
function asSqlText(token: string): string {
  return token.replace(/:raw/, ':sql');
}

function mark({ role, dataDirectory: directory }: Settings, sha256: string): RemoteCommand {
  const path = `${roleMarkers}/${role}`;
  const ask = `SELECT '${sha256} ' || encode(sha256(convert_to(rolpassword, 'UTF8')), 'hex') FROM pg_authid WHERE rolname = '${role}';\n`;
  return all(
    argv('install', '-d', '-m', '0700', roleMarkers),
    concat(raw('nv_marker=$('), sql(directory, ask), raw(')')),
    concat(raw('( umask 077; printf \'%s\\n\' "$nv_marker" > '), argv(`${path}.new`), raw(' )')),
    argv('mv', '-fT', `${path}.new`, path),
  );
}
