import { hostname } from 'node:os';

export type Settings = {
  readonly databaseUrl: string;
  readonly redisUrl: string;
  readonly jwtSecret: string;
  readonly port: number;
  readonly address: string;
  readonly host: string;
};

/** The settings in the environment; throws with the name of the one that is missing. */
export function readSettings(environment: NodeJS.ProcessEnv): Settings {
  const need = (name: string) => {
    const value = environment[name];
    if (!value) throw new Error(`${name} is not set`);
    return value;
  };
  return {
    databaseUrl: need('DATABASE_URL'),
    redisUrl: need('REDIS_URL'),
    jwtSecret: need('JWT_SECRET'),
    port: Number(environment.PORT ?? 21_301),
    address: environment.ADDRESS ?? '::',
    host: hostname(),
  };
}
