/** One archive as apt knows it: where, which suite, which parts, and the key that signs it when the source names one. */
export type AptSource = { readonly uri: string; readonly suite: string; readonly components: readonly string[] };

/** What the image is made from: the archive and, where the machine uses them too, updates and security. */
export type Mirror = { readonly uri: string; readonly sources: readonly AptSource[] };

/** Reads the binary sources of a classic `sources.list`; comments and `deb-src` lines are left out. */
export function parseClassic(text: string): AptSource[] {
  return text.split('\n').flatMap((line) => {
    const found = /^\s*deb\s+(?:\[[^\]]*\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
    if (found === null) return [];
    const [, uri = '', suite = '', components = ''] = found;
    return [{ uri: trimSlash(uri), suite, components: words(components) }];
  });
}

/** Reads a deb822 `.sources` file; stanzas that are disabled or hold only sources of source code are left out. */
export function parseDeb822(text: string): AptSource[] {
  return text.split(/\n\s*\n/).flatMap((stanza) => {
    const fields = readFields(stanza);
    const enabled = !/^(no|false|0|off)$/i.test(fields.get('enabled') ?? 'yes');
    if (!enabled || !words(fields.get('types') ?? '').includes('deb')) return [];
    const components = words(fields.get('components') ?? '');
    return words(fields.get('uris') ?? '').flatMap((uri) =>
      words(fields.get('suites') ?? '').map((suite) => ({ uri: trimSlash(uri), suite, components })),
    );
  });
}

/**
 * Picks Debian's own archive out of a machine's sources and turns it to `release`, whatever Debian release the machine runs.
 * Undefined when no source looks like Debian's archive.
 */
export function chooseMirror(sources: readonly AptSource[], release: string): Mirror | undefined {
  const plain = sources.filter(isDebian);
  const main = plain.find((source) => source.suite === release) ?? plain.find((source) => !source.suite.includes('-'));
  if (main === undefined) return undefined;
  const security = plain.find((source) => source.suite.endsWith('-security'));
  const updates = plain.find((source) => source.suite.endsWith('-updates'));
  const turned = [
    { uri: main.uri, suite: release },
    ...(updates === undefined ? [] : [{ uri: updates.uri, suite: `${release}-updates` }]),
    ...(security === undefined ? [] : [{ uri: security.uri, suite: `${release}-security` }]),
  ];
  return { uri: main.uri, sources: turned.map((source) => ({ ...source, components: ['main'] })) };
}

/** The classic text of sources, one line each. */
export function renderClassic(sources: readonly AptSource[]): string {
  return sources.map(({ uri, suite, components }) => `deb ${uri} ${suite} ${components.join(' ')}\n`).join('');
}

const debianSuites = /^(bullseye|bookworm|trixie|forky|sid|stable|oldstable|testing|unstable)(-updates|-security)?$/;

function isDebian(source: AptSource): boolean {
  return /^https?:/.test(source.uri) && debianSuites.test(source.suite) && source.components.includes('main') && namesDebian(source.uri);
}

/** Other vendors reuse Debian's suite names; Debian's archives end in /debian or /debian-security, or carry that in a mirror's path. */
function namesDebian(uri: string): boolean {
  return new URL(uri).pathname.split('/').some((part) => part === 'debian' || part === 'debian-security');
}

/** Field names in lower case; comment lines are dropped and a field's continuation lines joined to it. */
function readFields(stanza: string): Map<string, string> {
  const lines = stanza.split('\n').filter((line) => !line.startsWith('#'));
  const joined = lines.join('\n').replace(/\n[ \t]+/g, ' ');
  const found = joined.matchAll(/^([A-Za-z0-9-]+):[ \t]*(.*)$/gm);
  return new Map([...found].map(([, name = '', value = '']) => [name.toLowerCase(), value]));
}

function words(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '');
}

function trimSlash(uri: string): string {
  return uri.replace(/\/+$/, '');
}
