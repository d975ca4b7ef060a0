import { parseArgs } from 'node:util';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { isShape, type Shape, shapes } from './shapes.ts';

const hostVerbs = ['kill', 'boot', 'cut', 'heal', 'pause', 'resume'] as const;

/** What can be done to hosts by name. */
export type HostVerb = (typeof hostVerbs)[number];

/** What the command line asks for. `shape` undefined means every shape that is up. */
export type Request =
  | { readonly verb: 'up'; readonly shape: Shape; readonly hosts: readonly string[] | undefined; readonly fresh: boolean }
  | { readonly verb: 'down' | 'reboot-all'; readonly shape: Shape | undefined }
  | { readonly verb: 'status'; readonly shape: Shape | undefined; readonly json: boolean }
  | { readonly verb: 'ssh' | 'sudo' | 'inside'; readonly host: string; readonly command: readonly string[] }
  | { readonly verb: HostVerb; readonly hosts: readonly string[] }
  | { readonly verb: 'image' | 'help' };

export const usage = `usage: npm run lab -- COMMAND
  up [compact|full] [--hosts A,B,…] [--fresh]   boot the lab (full when not said); --fresh starts from blank disks
  down [compact|full]                           remove the lab and all it left
  status [compact|full] [--json]                hosts, addresses, logins, states
  ssh HOST [COMMAND…]                           log in as the host's login, or run a command
  sudo HOST COMMAND…                            run a command as root over ssh, whatever the login
  inside HOST COMMAND…                          run a command as root without the network
  kill|boot HOST…                               power off, power on
  cut|heal HOST…                                pull the network cable, plug it in
  pause|resume HOST…                            freeze and continue, as a virtual machine
  reboot-all [compact|full]                     power-cycle every host
  image                                         build the base image now
NETVIS_LAB=name takes another lab, with its own hosts and network.`;

/** Reads the words after the program's name. Throws NV_USAGE with what is wrong. */
export function parseArguments(words: readonly string[]): Request {
  const [verb = 'help', ...rest] = words;
  switch (verb) {
    case 'help':
    case '--help':
    case '-h':
      return { verb: 'help' };
    case 'image':
      return { verb };
    case 'up':
      return parseUp(rest);
    case 'down':
    case 'reboot-all':
      return { verb, shape: parseShape(rest) };
    case 'status':
      return { verb, shape: parseShape(rest.filter((word) => word !== '--json')), json: rest.includes('--json') };
    case 'ssh':
    case 'sudo':
    case 'inside':
      return parseCommand(verb, rest);
    default:
      return parseHostVerb(verb, rest);
  }
}

/** The shape a host belongs to: no name is in both. Throws NV_USAGE for an unknown one. */
export function shapeOf(host: string): Shape {
  for (const [shape, hosts] of Object.entries(shapes)) {
    if (isShape(shape) && hosts.some(({ name }) => name === host)) return shape;
  }
  throw wrong(`no lab has a host ${host}`);
}

function parseHostVerb(verb: string, hosts: readonly string[]): Request {
  const known = hostVerbs.find((one) => one === verb);
  if (known === undefined) throw wrong(`unknown command ${verb}`);
  if (hosts.length === 0) throw wrong(`${verb} needs a host`);
  for (const host of hosts) shapeOf(host);
  return { verb: known, hosts };
}

function parseUp(words: readonly string[]): Request {
  const { positionals, values } = readFlags(words);
  const hosts = values.hosts === undefined ? undefined : split(values.hosts);
  const shape = parseShape(positionals) ?? (hosts?.[0] === undefined ? 'full' : shapeOf(hosts[0]));
  const stranger = hosts?.find((host) => shapeOf(host) !== shape);
  if (stranger !== undefined) throw wrong(`${stranger} is no host of the ${shape} lab`);
  return { verb: 'up', shape, hosts, fresh: values.fresh };
}

function readFlags(words: readonly string[]) {
  const options = { hosts: { type: 'string' }, fresh: { type: 'boolean', default: false } } as const;
  try {
    return parseArgs({ args: [...words], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw wrong((error as Error).message);
  }
}

function parseShape(words: readonly string[]): Shape | undefined {
  const [word, extra] = words;
  if (extra !== undefined) throw wrong(`too many words: ${extra}`);
  if (word === undefined || isShape(word)) return word;
  throw wrong(`${word} is neither compact nor full`);
}

function parseCommand(verb: 'ssh' | 'sudo' | 'inside', words: readonly string[]): Request {
  const [host, ...command] = words;
  if (host === undefined) throw wrong(`${verb} needs a host`);
  if (command.length === 0 && verb !== 'ssh') throw wrong(`${verb} needs a command`);
  shapeOf(host);
  return { verb, host, command };
}

function split(list: string): string[] {
  const hosts = list.split(',').filter((host) => host !== '');
  if (hosts.length === 0) throw wrong('--hosts needs names, separated by commas');
  return hosts;
}

function wrong(message: string): NvError {
  return new NvError({ code: 'NV_USAGE', message, hint: 'npm run lab -- help' });
}
