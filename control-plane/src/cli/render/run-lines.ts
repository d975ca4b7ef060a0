import pc from 'picocolors';
import type { StoredEvent } from '../../core/run-event.ts';
import { holderText } from '../../core/run-lock/claim.ts';

const phaseTitles = {
  facts: 'Reading the hosts',
  plan: 'Comparing with the inventory',
  apply: 'Changing',
  verify: 'Checking the result',
} as const;

const marks = {
  ok: pc.green('ok'),
  changed: pc.yellow('changed'),
  failed: pc.red('failed'),
  skipped: pc.dim('skipped'),
  aborted: pc.red('aborted'),
};

/** An event as a line for a log or a pipe; null for events that a reader of lines does not miss. */
export function eventLine(event: StoredEvent): string | null {
  switch (event.event) {
    case 'run':
      return `${event.mode} ${pc.bold(event.cluster)}: ${event.hosts.length} hosts, run ${event.run}`;
    case 'phase':
      return `${phaseTitles[event.phase]} …`;
    case 'host':
      return event.problem ? `${pad(event.host)} ${pc.red('unreachable')}  ${event.problem.message}` : null;
    case 'stage':
      return event.state === 'start' ? `Stage ${pc.bold(event.stage)}: ${event.hosts.join(' ')}` : null;
    case 'step':
      return stepLine(event);
    case 'problem':
      return `${event.host ? pad(event.host) : ''}${pc.red(event.problem.code)} ${event.problem.message}${hint(event.problem.hint)}`;
    case 'lock':
      return event.holder ? `Waiting: the cluster is being changed by ${holderText(event.holder)}` : null;
    case 'stop':
      return `${event.by} stops this run: the steps in hand are finished`;
    case 'diff':
    case 'unchanged':
    case 'report':
      return null;
    default:
      return event satisfies never;
  }
}

function stepLine(event: StoredEvent & { event: 'step' }): string {
  const detail = event.problem ? `${event.problem.message}${hint(event.problem.hint)}` : event.summary;
  return `${pad(event.host)} ${marks[event.outcome].padEnd(7)}  ${event.stage}: ${event.step}${detail && detail !== event.step ? pc.dim(`  (${detail})`) : ''}`;
}

function hint(text: string | undefined): string {
  return text ? `\n  ${pc.cyan('hint')} ${text}` : '';
}

function pad(host: string): string {
  return host.padEnd(10);
}
