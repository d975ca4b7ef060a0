import { absentKind } from './absent.ts';
import { artifactKind } from './artifact.ts';
import { blockKind } from './block.ts';
import { certificateKind } from './certificate.ts';
import { directoryKind } from './directory.ts';
import { fileKind } from './file.ts';
import { packageKind } from './package.ts';
import { postgresDatabaseKind } from './postgres-database.ts';
import { postgresLimitsKind } from './postgres-limits.ts';
import { postgresRecordKind } from './postgres-record.ts';
import { postgresRoleKind } from './postgres-role.ts';
import { postgresStreamingKind } from './postgres-streaming.ts';
import { postgresWritableKind } from './postgres-writable.ts';
import { redisReplicaKind } from './redis-replica.ts';
import { redisSettingsKind } from './redis-settings.ts';
import { sentinelMonitorKind } from './sentinel-monitor.ts';
import { serviceKind } from './service.ts';
import type { StepKind } from './step-kind.ts';
import { symlinkKind } from './symlink.ts';
import { userKind } from './user.ts';

const all = [
  absentKind,
  artifactKind,
  blockKind,
  certificateKind,
  directoryKind,
  fileKind,
  packageKind,
  postgresDatabaseKind,
  postgresLimitsKind,
  postgresRecordKind,
  postgresRoleKind,
  postgresStreamingKind,
  postgresWritableKind,
  redisReplicaKind,
  redisSettingsKind,
  sentinelMonitorKind,
  serviceKind,
  symlinkKind,
  userKind,
];

/** Every kind of step by name. Adding one: its file here beside, one line above, its cases in `test/cases/steps`. */
export const stepKinds: ReadonlyMap<string, StepKind<unknown>> = new Map(
  (all as unknown as readonly StepKind<unknown>[]).map((kind) => [kind.kind, kind]),
);
