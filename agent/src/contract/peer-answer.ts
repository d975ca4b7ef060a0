import * as z from 'zod';

/** What agents tell each other at `GET /failover/peer`; a newer agent may say more. */
const lsn = z.int().min(0);

const branch = z.object({
  timeline: z.int().min(1),
  forkLsn: lsn,
  promotionId: z.string().min(1).nullable(),
  forced: z.boolean(),
});

const server = z.object({
  process: z.enum(['none', 'starting', 'running', 'stopping']),
  inRecovery: z.boolean().nullable(),
  systemId: z.string(),
  incarnation: z.string(),
  whole: z.boolean(),
  history: z.array(branch),
  flushLsn: lsn.nullable(),
  replayLsn: lsn.nullable(),
  checkpointTimeline: z.int().nullable(),
  canaryId: z.string().nullable(),
});

export const peerAnswerSchema = z.object({
  instance: z.string().min(1),
  server: server.nullable(),
  refuses: z.string().nullable(),
  troubles: z.array(z.string()),
});
