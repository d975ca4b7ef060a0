import { describe, expect, test } from 'vitest';
import { chooseMirror, parseClassic, parseDeb822, renderClassic } from '../lab/apt-sources.ts';

const archive = 'http://mirror.test/debian';

describe('a classic sources.list', () => {
  test('gives one source per deb line, with options, trailing comments and slashes left out', () => {
    const text = `# deb ${archive} sid main\ndeb [arch=amd64 signed-by=/k.gpg]  ${archive}/ bookworm main contrib # the archive\ndeb-src ${archive} bookworm main\n\n`;
    expect(parseClassic(text)).toEqual([{ uri: archive, suite: 'bookworm', components: ['main', 'contrib'] }]);
  });
});

describe('a deb822 file', () => {
  test('gives every suite at every address', () => {
    const text = `Types: deb deb-src\n# an old snapshot\nURIs: ${archive} http://other.test/debian/\nSuites: bookworm\n bookworm-updates\nComponents: main\n`;
    expect(parseDeb822(text).map(({ uri, suite }) => `${uri} ${suite}`)).toEqual([
      `${archive} bookworm`,
      `${archive} bookworm-updates`,
      'http://other.test/debian bookworm',
      'http://other.test/debian bookworm-updates',
    ]);
  });

  test('leaves out stanzas that are disabled or carry source code only', () => {
    const stanza = (extra: string) => `${extra}\nURIs: ${archive}\nSuites: bookworm\nComponents: main\n`;
    expect(parseDeb822(`${stanza('Types: deb\nEnabled: no')}\n${stanza('Types: deb-src')}`)).toEqual([]);
  });
});

describe('the mirror of an image', () => {
  const source = (suite: string, uri = archive, components = ['main']) => ({ uri, suite, components });

  test('takes archive, updates and security of a machine of the same release', () => {
    const machine = [source('bookworm-security', 'http://mirror.test/debian-security'), source('bookworm'), source('bookworm-updates')];
    expect(renderClassic(chooseMirror(machine, 'bookworm')?.sources ?? [])).toBe(
      `deb ${archive} bookworm main\ndeb ${archive} bookworm-updates main\ndeb http://mirror.test/debian-security bookworm-security main\n`,
    );
  });

  test('is turned to the release of the hosts on a machine of another one', () => {
    const mirror = chooseMirror([source('trixie'), source('trixie-security', 'http://mirror.test/debian-security')], 'bookworm');
    expect(mirror?.uri).toBe(archive);
    expect(mirror?.sources.map(({ suite }) => suite)).toEqual(['bookworm', 'bookworm-security']);
  });

  test.each([
    ['another vendor that uses a suite name of Debian', source('bookworm', 'https://vendor.test/linux/ubuntu')],
    ['a suite that is not Debian’s', source('nodistro')],
    ['an archive without main', source('bookworm', archive, ['contrib'])],
    ['an archive on a medium', source('bookworm', 'cdrom:[disc]/debian')],
  ])('is not %s', (_, only) => {
    expect(chooseMirror([only], 'bookworm')).toBeUndefined();
  });
});
