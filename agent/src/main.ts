import { parseArgs } from 'node:util';
import { jsonJournal } from './adapters/journal.ts';
import { becomeOnlyAgent } from './adapters/only-agent.ts';
import { readConfig, runAgent, version } from './compose.ts';
import { operatorCommand } from './compose-operator.ts';
import { reasonOf } from './sensors/deadline.ts';

const options = {
  config: { type: 'string', default: '/etc/netvis/agent.json' },
  check: { type: 'boolean', default: false },
  version: { type: 'boolean', default: false },
} as const;

/**
 * `agent.cjs [--config FILE]` runs; `--check` only reads the configuration; `--version` prints it. `found`, `state`,
 * `request JSON WAIT_MS` and `withdraw KEY` are netvis-ctl's: each prints one JSON object. Exit code 3 = bad configuration, 4 =
 * another agent runs: two would take the lease from each other.
 */
async function main(): Promise<number> {
  const { values, positionals } = parseArgs({ options, allowPositionals: true });
  if (values.version) return print(`${version}\n`);
  const config = configOrNull(values.config);
  if (!config) return 3;
  if (positionals.length > 0) return print(`${JSON.stringify(await operatorCommand(config, positionals))}\n`);
  if (values.check) return print(`${values.config} is good\n`);
  if (!(await becomeOnlyAgent(config.reportPath))) return refuse('another agent runs on this host', { reportPath: config.reportPath });
  jsonJournal('info', 'agent starts', { version, cluster: config.cluster, host: config.host });
  await runAgent(config, jsonJournal, stopSignal());
  jsonJournal('info', 'agent stops');
  return 0;
}

function configOrNull(path: string) {
  try {
    return readConfig(path);
  } catch (error) {
    jsonJournal('error', 'cannot use the configuration', { path, reason: reasonOf(error) });
    return null;
  }
}

function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGTERM', 'SIGINT'] as const) process.once(name, () => stop.abort());
  return stop.signal;
}

function refuse(message: string, fields: Readonly<Record<string, string>>): number {
  jsonJournal('error', message, fields);
  return 4;
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

void main().then((code) => {
  process.exitCode = code;
});
