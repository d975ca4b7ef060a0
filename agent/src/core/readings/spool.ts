import { type AgentEvent, spoolLineSchema } from '../../contract/health-report.ts';

const longestMessage = 300;

/** The events among a spool file's lines; torn or foreign lines are counted, never an error. */
export function parseSpool(text: string): { readonly events: readonly AgentEvent[]; readonly unreadable: number } {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  const events = lines.map(parseLine).filter((event) => event !== null);
  return { events, unreadable: lines.length - events.length };
}

/** The newest `limit` events, oldest first. */
export function newestEvents(events: readonly AgentEvent[], limit: number): readonly AgentEvent[] {
  return events.toSorted((a, b) => (a.time < b.time ? -1 : a.time > b.time ? 1 : 0)).slice(-limit);
}

function parseLine(line: string): AgentEvent | null {
  const parsed = spoolLineSchema.safeParse(parseJson(line));
  return parsed.success ? { ...parsed.data, message: parsed.data.message.slice(0, longestMessage) } : null;
}

function parseJson(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}
