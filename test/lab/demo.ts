/** The whole product on one machine: boots the lab, applies its inventory, shows the status and the addresses to open. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type Lab, openLab } from './lab.ts';
import { labEnvironment } from './netvis-ctl.ts';
import { defaultLab } from './networks.ts';
import type { Shape } from './shapes.ts';
import { addressesOf, inventoryOf, repository } from './stack.ts';

const { values } = parseArgs({ options: { compact: { type: 'boolean', default: false } } });
const shape: Shape = values.compact ? 'compact' : 'full';
process.exitCode = await demo(shape);

async function demo(shape: Shape): Promise<number> {
  const lab = openLab({ shape });
  const startMs = performance.now();
  await lab.up();
  const inventory = await inventoryOf(lab);
  const { web } = await addressesOf(lab);
  say(`${(await lab.hosts()).length} hosts are up after ${seconds(startMs)} s`);
  const environment = labEnvironment(lab.files, readFileSync(lab.files.sudoPassword, 'utf8').trim());
  const run = (...words: string[]) => {
    say(`$ ./netvis-ctl ${words.join(' ')}`);
    const command = join(repository, 'control-plane/dist/netvis-ctl.mjs');
    return (
      spawnSync(process.execPath, [command, ...words], { cwd: repository, stdio: 'inherit', env: { ...process.env, ...environment } })
        .status ?? 1
    );
  };
  const applied = run('apply', inventory, '--yes');
  if (applied !== 0) return applied;
  say(`the stack is up after ${seconds(startMs)} s`);
  const health = await settled(
    () => run('status', inventory),
    () => run('health', inventory),
  );
  await request(`https://${web}/api/visits`);
  say(closing({ lab, inventory, web }, environment));
  return health;
}

/** Agents report each second: the first look may come too early, so it is repeated a few times until all is well. */
async function settled(status: () => number, health: () => number): Promise<number> {
  for (let tries = 0; tries < 10; tries += 1) {
    status();
    if (health() === 0) return 0;
    await new Promise((resolve) => setTimeout(resolve, 2000));
  }
  return 4;
}

async function request(url: string): Promise<void> {
  say(`$ curl -k ${url}`);
  const { stdout, stderr } = spawnSync('curl', ['-ksS', '--max-time', '10', url], { encoding: 'utf8' });
  console.log(stdout || stderr);
}

function closing(
  { lab, inventory, web }: { lab: Lab; inventory: string; web: string },
  environment: Readonly<Record<string, string>>,
): string {
  const named = lab.name === defaultLab ? '' : `NETVIS_LAB=${lab.name} `;
  const shown = Object.entries(environment).map(
    ([name, value]) => `export ${name}=${name.startsWith('NETVIS_SECRET') ? `$(cat ${lab.files.sudoPassword})` : value}`,
  );
  return [
    `Open https://${web}/ (its certificate is the cluster's own).`,
    `Log in:    ${named}npm run lab -- ssh ${lab.shape === 'full' ? 'pg1' : 'n1'}`,
    `Use it:    ${shown.join('\n           ')}`,
    `           ./netvis-ctl status ${inventory}`,
    `Stop it:   ${named}npm run lab -- down`,
  ].join('\n');
}

function say(text: string): void {
  console.log(`\n${text}`);
}

function seconds(startMs: number): string {
  return ((performance.now() - startMs) / 1000).toFixed(1);
}
