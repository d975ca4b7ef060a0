/**
 * `npm run bench -- apply`: how fast an apply is, beside Ansible and over many hosts. `-- lease-soak`: etcd under two days
 * of renewals. `-- failover`: how long writes stop, beside Patroni and pg_auto_failover. `-- agents`: what they cost idle.
 */
import { endWith, showsHelp } from '../support/command-line.ts';
import { benchAgents } from './agents.ts';
import { benchApply } from './apply.ts';
import { parseArguments, usage } from './arguments.ts';
import { benchFailover } from './failover/failover.ts';
import { failoverUsage, parseFailover } from './failover/failover-arguments.ts';
import { benchLeaseSoak } from './lease-soak.ts';

process.env.NETVIS_LAB ||= 'bench';
try {
  await run(process.argv.slice(2));
} catch (error) {
  endWith(error);
}

async function run(words: readonly string[]): Promise<void> {
  if (showsHelp(words, `${usage}\n${failoverUsage}`)) return;
  if (words[0] === 'failover') return await benchFailover(parseFailover(words.slice(1)));
  const request = parseArguments(words);
  if (request.bench === 'agents') return await benchAgents(request);
  await (request.bench === 'apply' ? benchApply(request) : benchLeaseSoak(request));
}
