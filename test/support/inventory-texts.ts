import fc from 'fast-check';

/** Where a value stands in an inventory: keys, and the place in a list that ends with it. */
export type ValuePath = readonly (string | number)[];

/** A text value of the inventory of `compactDocument`. */
export type TextValue = {
  readonly path: ValuePath;
  /** A valid value that occurs nowhere else: what it is replaced by must be all that differs. */
  readonly sample: string;
  /** The forms in which files hold a value; the longest first. Default: as it is. */
  readonly forms?: (text: string) => readonly string[];
  /** Whether no file of a host holds it. */
  readonly stays?: true;
  /** What valid values look like, for those that arbitrary text hardly ever is. */
  readonly valid?: RegExp;
};

const word = /^[a-z][a-z0-9]{1,12}$/;
const absolutePath = /^(\/[A-Za-z0-9_@-][A-Za-z0-9._@-]{0,5}){2,3}$/;
const urlPath = /^\/[A-Za-z0-9._/-]{0,9}$/;
const size = /^[1-9][0-9]{0,3}(kB|MB|GB)$/;
const octet = '(25[0-5]|1[0-9][0-9]|[1-9]?[0-9])';
const address = new RegExp(`^${octet}(\\.${octet}){3}$`);
const network = new RegExp(`^${octet}(\\.${octet}){3}/24$`);
const vip = { sample: '10.77.66.55/24', valid: network, forms: (text: string) => [text, text.replace(/\/.*/, '')] };

const ssh: readonly TextValue[] = [
  { path: ['user'], sample: 'zz-user', valid: word },
  { path: ['key'], sample: 'zz-key' },
  { path: ['knownHosts'], sample: 'zz-known-hosts' },
  { path: ['jump'], sample: 'zz-jump', valid: word },
  { path: ['become', 'passwordSecret'], sample: 'zz-password', valid: word },
];
const below = (...path: ValuePath) => ssh.map((value) => ({ ...value, stays: true as const, path: [...path, ...value.path] }));

/** Every text of an inventory that is neither one of a few words nor the name of one of its hosts. */
export const textValues: readonly TextValue[] = [
  { path: ['cluster'], sample: 'zz-cluster', valid: word },
  ...below('ssh'),
  { path: ['hosts', 'n1', 'address'], sample: '10.77.66.55', valid: address },
  { path: ['hosts', 'n1', 'address'], sample: 'fd77::77', valid: /^fd77:[1-9a-f]{1,4}::[1-9a-f]{1,4}$/ },
  ...below('hosts', 'n1', 'ssh'),
  { path: ['groups', 'some', 0], sample: 'n*', stays: true, valid: /^n[1-3*]$/ },
  { path: ['vips', 'web', 'address'], ...vip },
  { path: ['vips', 'postgres', 'address'], ...vip },
  { path: ['vips', 'redis', 'address'], ...vip, stays: true },
  { path: ['postgres', 'database'], sample: 'zz_database', valid: word },
  { path: ['postgres', 'owner'], sample: 'zz_owner', valid: word },
  { path: ['postgres', 'replicationUser'], sample: 'zz_replication', valid: word },
  { path: ['postgres', 'dataDirectory'], sample: '/zz/data', valid: absolutePath },
  { path: ['postgres', 'archiveDirectory'], sample: '/zz/archive', valid: absolutePath },
  { path: ['postgres', 'walKeepSize'], sample: '777771MB', valid: size },
  { path: ['postgres', 'maxSlotWalKeepSize'], sample: '777772MB', valid: size },
  { path: ['postgres', 'archiveKeep'], sample: '777773MB', valid: size, forms: (text) => [`${bytes(text) / 1024}`] },
  { path: ['postgres', 'sharedBuffers'], sample: '777774MB', valid: size },
  { path: ['postgres', 'clientNetworks', 0], sample: '10.77.66.0/24', valid: network },
  { path: ['postgres', 'clientNetworks', 0], sample: 'fd77:1::/64', valid: /^fd77:[1-9a-f]{1,4}::\/64$/ },
  { path: ['redis', 'masterName'], sample: 'zz-master', valid: word },
  { path: ['redis', 'maxMemory'], sample: '777775MB', valid: size, forms: (text) => [`${bytes(text)}`] },
  { path: ['nginx', 'serverName'], sample: 'zz.example', valid: /^[A-Za-z0-9.*_-]{1,20}$/ },
  { path: ['nginx', 'certificate'], sample: 'zz.pem', stays: true },
  { path: ['nginx', 'certificateKey'], sample: 'zz.key', stays: true },
  { path: ['app', 'api', 'archive'], sample: 'zz.tgz', stays: true, valid: /^.{0,9}\.(tar\.gz|tgz)$/ },
  { path: ['app', 'api', 'healthPath'], sample: '/zz-health', valid: urlPath },
  { path: ['app', 'api', 'start', 0], sample: 'zz-start', forms: (text) => [programOf(text)] },
  { path: ['app', 'api', 'start', 1], sample: 'zz-argument' },
  { path: ['app', 'api', 'environment', 'A'], sample: 'zz-value' },
  { path: ['app', 'frontend', 'archive'], sample: 'zz.tgz', stays: true, valid: /^.{0,9}\.(tar\.gz|tgz)$/ },
  { path: ['app', 'frontend', 'healthPath'], sample: '/zz-health', valid: urlPath },
  {
    path: ['agent', 'controlUrl'],
    sample: 'http://zz-control:1',
    valid: /^https?:\/\/[A-Za-z0-9.-]{1,9}(:[1-9][0-9]{0,3})?(\/[a-z/]{0,5})?$/,
  },
  { path: ['secrets', 'file'], sample: 'zz.age', stays: true },
];

const hostile = [
  ...'\'";}\n\r\t\0\u0085\u2028',
  '\ud800',
  '$(id)',
  '`id`',
  '{{ x }}',
  '{% raw %}',
  '{# c #}',
  "'; DROP --",
  ' # ',
  ': ',
  '%h',
  '$$',
  '\\',
];
const piece = fc.oneof(fc.constantFrom(...hostile), fc.string({ unit: 'binary', maxLength: 4 }), fc.string({ maxLength: 8 }));

/** What may stand in a file as text: hostile pieces, anything at all, and what YAML readers like to take for something else. */
export const anyText = fc.oneof(
  fc.array(piece, { maxLength: 5 }).map((pieces) => pieces.join('')),
  fc.constantFrom('yes', 'null', '~', '0x10', '1e3', '.inf', '010', '<<', '2026-01-01', '/a/b', '10.0.0.0/8', 'http://a/b', 'x.tar.gz'),
  fc.constantFrom('all', 'replication', 'sameuser', 'samerole', 'public', 'none', 'default', 'root', 'node', 'n1', '*', '_', '-'),
);

/** Those that take any printable text and hand it on. */
export const freeValues = textValues.filter(({ valid, stays }) => !valid && !stays);

/** One of the values with a text for it: valid often enough, and as often as not a value that takes any printable text. */
export const valueAndText = fc
  .oneof(fc.constantFrom(...textValues), fc.constantFrom(...freeValues))
  .chain((value) => fc.tuple(fc.constant(value), value.valid ? fc.oneof(anyText, fc.stringMatching(value.valid)) : anyText));

/** `document` with `text` at `path`. */
export function withText(document: unknown, [key, ...rest]: ValuePath, text: string): unknown {
  if (key === undefined) return text;
  const inner = withText((document as Record<string, unknown> | undefined)?.[key], rest, text);
  if (typeof key === 'number') return [...Array(key).fill('zz-before'), inner];
  return { ...(document as object | undefined), [key]: inner };
}

export function textAt(document: unknown, path: ValuePath): unknown {
  return path.reduce<unknown>((value, key) => (value as Record<string, unknown>)[key], document);
}

/** Where systemd finds the API's program. */
function programOf(word: string): string {
  if (word === 'node') return '/opt/netvis/runtime/current/node';
  return word.startsWith('/') ? word : `/opt/netvis/api/current/${word}`;
}

function bytes(size: string): number {
  const units: Readonly<Record<string, number>> = { kB: 1024, MB: 1024 ** 2, GB: 1024 ** 3 };
  return Number.parseInt(size, 10) * (units[size.slice(-2)] ?? Number.NaN);
}
