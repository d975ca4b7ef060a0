import { artifactSource } from './artifact.ts';
import { blockSource } from './block.ts';
import { certificateSource } from './certificate.ts';
import { etcdSource } from './etcd.ts';
import type { FactSource } from './fact-source.ts';
import { fileSource } from './file.ts';
import { hostSource } from './host.ts';
import { packageSource } from './package.ts';
import { postgresSource } from './postgres.ts';
import { reachSource } from './reach.ts';
import { redisSource } from './redis.ts';
import { runLockSource } from './run-lock.ts';
import { sentinelSource } from './sentinel.ts';
import { unitSource } from './unit.ts';
import { userSource } from './user.ts';

const all: readonly FactSource<unknown>[] = [
  artifactSource,
  blockSource,
  certificateSource,
  etcdSource,
  fileSource,
  hostSource,
  packageSource,
  postgresSource,
  reachSource,
  redisSource,
  runLockSource,
  sentinelSource,
  unitSource,
  userSource,
];

/** Every fact source by name. */
export const factSources: ReadonlyMap<string, FactSource<unknown>> = new Map(all.map((source) => [source.name, source]));
