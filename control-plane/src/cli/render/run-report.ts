import Table from 'cli-table3';
import pc from 'picocolors';
import { catalogue } from '../../core/errors.ts';
import type { RunReport } from '../../core/run-event.ts';
import { problemText } from './error.ts';

const borders = ['top', 'bottom', 'mid', 'left', 'right'].flatMap((side) => [side, `${side}-mid`, `${side}-left`, `${side}-right`]);
const noBorders = Object.fromEntries([...borders, 'middle'].map((name) => [name, '']));

/** The summary of a run: a row per host, the problems, one closing line. */
export function renderReport(report: RunReport): string {
  const head = ['host', 'ok', 'changed', 'failed', 'skipped', 'ms'].map(pc.bold);
  const table = new Table({ head, chars: noBorders, style: { head: [], border: [] } });
  for (const [host, sum] of Object.entries(report.hosts)) {
    table.push([host, sum.ok, tint(sum.changed, pc.yellow), tint(sum.failed, pc.red), sum.skipped, sum.ms]);
  }
  return [table.toString(), ...report.problems.map(problemText), closing(report)].join('\n');
}

/** Exit code of a run: 0 done, 4 a host or step failed, 6 refused, 130 interrupted; 2 for pending changes where asked. */
export function exitCodeOf(report: RunReport, options: { detailed: boolean }): number {
  if (report.outcome === 'refused') return 6;
  if (report.outcome === 'failed') return failureCode(report);
  if (report.outcome === 'interrupted') return 130;
  return options.detailed && report.changed > 0 ? 2 : 0;
}

/** A failed host or step is 4; a run that came to no host says what its problem's own code is. */
function failureCode(report: RunReport): number {
  if (Object.values(report.hosts).some(({ failed }) => failed > 0)) return catalogue.NV_STEP_FAILED.exit;
  const [first] = report.problems;
  return first ? catalogue[first.code].exit : catalogue.NV_STEP_FAILED.exit;
}

function closing(report: RunReport): string {
  const seconds = (report.ms / 1000).toFixed(1);
  if (report.outcome !== 'done')
    return pc.red(`${report.mode} ${report.outcome} after ${seconds} s, ${report.changed} changed (run ${report.run})`);
  const verb = report.mode === 'apply' ? 'changed' : 'to change';
  return pc.green(`${report.mode} done in ${seconds} s: ${report.changed} ${verb} on ${Object.keys(report.hosts).length} hosts`);
}

function tint(count: number, color: (text: string) => string): string {
  return count > 0 ? color(String(count)) : String(count);
}
