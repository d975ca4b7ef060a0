import { median, seconds, sum, tableText } from '../measure.ts';
import { faults } from './faults.ts';
import type { Measurement } from './measure-fault.ts';

const heading = ['fault', 'system', 'runs', 'gap median', 'worst', 'lost', 'two writable', 'fenced worst', 'protected again worst'];

/** A row per fault and system, from all measurements of a report. */
export function reportText(measured: readonly Measurement[]): string {
  const rows = faults.flatMap(({ name, title }) => {
    const ofFault = measured.filter(({ fault }) => fault === name);
    const systems = [...new Set(ofFault.map(nameOf))];
    return systems.map((system) =>
      rowOf(
        title,
        system,
        ofFault.filter((one) => nameOf(one) === system),
      ),
    );
  });
  const settings = [...new Set(measured.map(({ system, settings: told }) => `${system}: ${told}`))];
  return [tableText([heading, ...rows]), '', ...settings].join('\n');
}

/** Of ours the preset tells the measurements apart. */
function nameOf({ system, settings }: Measurement): string {
  return system === 'netvis' ? `${system}, ${settings}` : system;
}

function rowOf(title: string, system: string, runs: readonly Measurement[]): readonly string[] {
  const gaps = runs.map(({ gapMs }) => gapMs);
  const fenced = runs.flatMap(({ fencedMs }) => (fencedMs === null ? [] : [fencedMs]));
  return [
    title,
    system,
    `${runs.length}`,
    seconds(median(gaps)),
    seconds(Math.max(...gaps)),
    `${sum(runs.map(({ lost }) => lost ?? 0))}`,
    `${sum(runs.map(({ doubleAcks }) => doubleAcks))}`,
    fenced.length > 0 ? seconds(Math.max(...fenced)) : '–',
    protectedText(runs.map(({ protectedAgainMs }) => protectedAgainMs)),
  ];
}

/** The worst; a system that did not come back by itself has none. */
function protectedText(times: readonly (number | null)[]): string {
  const never = times.filter((time) => time === null).length;
  return never > 0 ? `not in ${never} of ${times.length}` : seconds(Math.max(...times.map(Number)));
}
