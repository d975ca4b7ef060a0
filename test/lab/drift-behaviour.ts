import { expect, it, onTestFailed } from 'vitest';
import type { RunEvent } from '../../control-plane/src/core/run-event.ts';
import { type DriftScenario, driftScenarios } from './drift-scenarios.ts';
import type { Stack } from './stack.ts';
import { healthyStatus } from './stack-behaviour.ts';
import { actedOn, readStands } from './unit-stands.ts';

/** What was done by hand to a host is named, repaired and nothing else, on a stack that is as it should be. */
export function describeDrift(stack: () => Stack): void {
  it('finds no drift on a cluster as it should be', async () => {
    expect(await drift(stack())).toEqual({ exitCode: 0, steps: [] });
  });

  it.each(driftScenarios)('names and repairs $name, and nothing else', async (scenario) => {
    const { host, holds, steps, restarted = [], reloaded = [] } = scenario;
    const { lab, ctl } = stack();
    const named = steps.map((step) => `${host}: ${step}`);
    onTestFailed(async () => void (await ctl.apply()));
    const before = await readStands(lab);
    await lab.inside(host, scenario.break);
    await expect(lab.inside(host, holds)).resolves.not.toMatchObject({ exitCode: 0 });

    expect(await drift(stack())).toEqual({ exitCode: 2, steps: named });
    const { exitCode, report, events } = await ctl.apply();
    expect({ exitCode, problems: report.problems, steps: changedSteps(events) }).toEqual({ exitCode: 0, problems: [], steps: named });
    await expect(lab.inside(host, holds)).resolves.toMatchObject({ exitCode: 0 });
    expect(actedOn(before, await readStands(lab))).toEqual({
      restarted: onHost(scenario, restarted),
      reloaded: onHost(scenario, reloaded),
    });
    expect((await ctl.apply()).report).toMatchObject({ outcome: 'done', changed: 0, problems: [] });
  });

  it('is healthy after all of it', async () => {
    await healthyStatus(stack());
  });
}

function onHost({ host }: DriftScenario, units: readonly string[]): readonly string[] {
  return units.map((unit) => `${host}: ${unit}`);
}

/** What `drift` says: its exit code, and the steps that differ as `host: step`. */
async function drift(stack: Stack): Promise<{ exitCode: number; steps: readonly string[] }> {
  const { exitCode, stdout } = await stack.ctl('drift', stack.inventory, '--json');
  const events = stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line) as RunEvent);
  return { exitCode, steps: changedSteps(events) };
}

function changedSteps(events: readonly RunEvent[]): readonly string[] {
  return events.flatMap((event) => (event.event === 'step' && event.outcome === 'changed' ? [`${event.host}: ${event.step}`] : []));
}
