import { catalogue, NvError } from '../../control-plane/src/core/errors.ts';
import { type HostVerb, parseArguments, type Request, shapeOf, usage } from './arguments.ts';
import { sshArgv } from './connection.ts';
import { ensureImage } from './image.ts';
import { type Lab, openLab } from './lab.ts';
import { wantedOf } from './layout.ts';
import { ensureMachine, requireMachine } from './machine.ts';
import { attach, type Outcome } from './process.ts';
import { isClaimed } from './registry.ts';
import { type Shape, shapes } from './shapes.ts';
import { renderStatus } from './status-table.ts';

const say = (line: string) => console.error(line);

async function main(request: Request): Promise<number> {
  if (request.verb === 'help') return print(usage);
  await requireMachine();
  if ('command' in request) return reach(request);
  if ('hosts' in request && request.verb !== 'up') return turn(request.verb, request.hosts);
  switch (request.verb) {
    case 'image':
      await ensureMachine();
      return print(await ensureImage(say));
    case 'up':
      return up(request);
    case 'down':
      for (const lab of openShapes(request.shape)) await lab.down();
      return 0;
    case 'reboot-all':
      for (const lab of await labsThatAreUp(request.shape)) await rebootAll(lab);
      return 0;
    case 'status':
      return status(request);
  }
}

async function turn(verb: HostVerb, hosts: readonly string[]): Promise<number> {
  for (const [lab, own] of byLab(hosts)) {
    if (verb === 'boot') printBoots(await lab.boot(...own));
    else await lab[verb](...own);
  }
  return 0;
}

async function reach(request: Extract<Request, { command: readonly string[] }>): Promise<number> {
  if (request.verb === 'ssh') return ssh(request.host, request.command);
  return relay(await labOf(request.host)[request.verb](request.host, request.command.join(' ')));
}

async function up(request: Extract<Request, { verb: 'up' }>): Promise<number> {
  const { shape, fresh, hosts } = request;
  const raised = await openLab({ shape }).up({ fresh, say, ...(hosts === undefined ? {} : { hosts }) });
  printBoots(raised.boots);
  return print(`${raised.boots.length} hosts up in ${(raised.ms / 1000).toFixed(1)} s on ${raised.claim.bridge}`);
}

async function rebootAll(lab: Lab): Promise<void> {
  const hosts = (await lab.status()).filter(({ state }) => state !== 'absent').map(({ host }) => host);
  await lab.kill(...hosts);
  printBoots(await lab.boot(...hosts));
}

async function status(request: Extract<Request, { verb: 'status' }>): Promise<number> {
  const labs = await labsThatAreUp(request.shape);
  const shown = await Promise.all(
    labs.map(async (lab) => ({ lab: lab.name, shape: lab.shape, files: lab.files, hosts: await lab.status() })),
  );
  if (request.json) return print(JSON.stringify(shown, null, 2));
  return print(shown.length === 0 ? 'no lab is up' : shown.map(renderStatus).join('\n\n'));
}

async function ssh(name: string, command: readonly string[]): Promise<number> {
  const lab = labOf(name);
  const host = (await lab.hosts()).find((known) => known.name === name);
  if (host === undefined) throw new NvError({ code: 'NV_USAGE', message: `no host ${name} in this lab` });
  return attach(sshArgv(host, lab.files, command));
}

function labOf(host: string): Lab {
  return openLab({ shape: shapeOf(host) });
}

function byLab(hosts: readonly string[]): [Lab, string[]][] {
  return openShapes(undefined)
    .map((lab): [Lab, string[]] => [lab, hosts.filter((host) => shapeOf(host) === lab.shape)])
    .filter(([, own]) => own.length > 0);
}

function openShapes(shape: Shape | undefined): Lab[] {
  const all = shape === undefined ? (Object.keys(shapes) as Shape[]) : [shape];
  return all.map((one) => openLab({ shape: one }));
}

async function labsThatAreUp(shape: Shape | undefined): Promise<Lab[]> {
  const labs = openShapes(shape);
  const up = await Promise.all(labs.map((lab) => isClaimed(wantedOf(lab.name, lab.shape).folder)));
  return labs.filter((_, index) => up[index]);
}

function printBoots(boots: readonly { readonly host: string; readonly ms: number }[]): void {
  for (const { host, ms } of boots) console.log(`${host.padEnd(10)} ${ms === 0 ? 'was up' : `booted in ${(ms / 1000).toFixed(1)} s`}`);
}

function relay(outcome: Outcome): number {
  process.stdout.write(outcome.stdout);
  process.stderr.write(outcome.stderr);
  return outcome.exitCode;
}

function print(text: string): number {
  console.log(text);
  return 0;
}

try {
  process.exitCode = await main(parseArguments(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof NvError)) throw error;
  say(`${error.code}: ${error.message}${error.hint === undefined ? '' : `\n  hint: ${error.hint}`}`);
  process.exitCode = catalogue[error.code].exit;
}
