import type { ClusterRecord, HistoryEntry, StateAnswer } from '@netvis/agent/contract/operator';
import { reasonWords, ruleWords } from '../../core/operations/decision-words.ts';

/** Who leads, and who can take over, in a line or two. */
export function renderRecord(record: ClusterRecord): string {
  const { primary, members, epoch, phase, pause } = record;
  const standbys = members.map(({ host }) => host).join(', ') || 'none';
  const state = phase === 'held' ? '' : `, lease ${phase}`;
  const paused = pause ? `\npaused for ${Math.round(pause.durationMs / 60_000)} min at most: nothing takes over meanwhile` : '';
  return `primary ${primary.host} (epoch ${epoch}${state}), can take over: ${standbys}${paused}`;
}

/** Every change of who leads or who may take over, oldest first. */
export function renderHistory({ history }: StateAnswer): string {
  if (history.length === 0) return 'nothing has happened yet';
  return history.map((entry) => `${entry.at}  epoch ${entry.epoch}  ${entry.host}  ${entry.kind}  ${entry.rule}`).join('\n');
}

/** Why this one leads: the record, and the last decisions with what each saw and why others were not chosen. */
export function renderExplanation({ record, history }: StateAnswer): string {
  const last = history.slice(-8).flatMap(explained);
  return [renderRecord(record), '', ...(last.length > 0 ? last : ['no decision is on record'])].join('\n');
}

/** The words of a rule or reason this version does not know are its name. */
function explained({ at, epoch, host, kind, rule, saw, others }: HistoryEntry): readonly string[] {
  const facts = Object.entries(saw).filter(([, value]) => value !== null);
  const reasons = Object.entries(others).map(
    ([name, { code, ...rest }]) => `    ${[`${name} ${reasonWords[code] ?? code}`, ...pairs(Object.entries(rest))].join(' ')}`,
  );
  return [
    `${at}  ${host} ${ruleWords[rule] ?? kind} (rule ${rule}, epoch ${epoch})`,
    ...reasons,
    `    ${host} saw ${pairs(facts).join(' ')}`,
  ];
}

function pairs(entries: readonly (readonly [string, unknown])[]): readonly string[] {
  return entries.map(([name, value]) => `${name}=${String(value)}`);
}
