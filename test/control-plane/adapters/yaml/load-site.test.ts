import { homedir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { siteFromText } from '../../../../control-plane/src/adapters/yaml/load-site.ts';
import { compactDocument } from '../../../support/build-inventory.ts';

test('paths count from the inventory, ~/ from home, and the site has absolute ones', () => {
  const document = compactDocument();
  const text = stringify({
    ...document,
    ssh: { key: 'keys/id' },
    hosts: { ...document.hosts, n2: { ...document.hosts.n2, ssh: { key: '/abs/id', knownHosts: '../known' } } },
    nginx: { certificate: 'a.pem', certificateKey: 'a.key' },
    secrets: { file: 'x.age' },
  });
  const { site } = siteFromText(text, '/srv/site/inventory.yaml');
  expect(site.hosts[0]?.ssh).toMatchObject({ key: '/srv/site/keys/id', knownHosts: join(homedir(), '.ssh/known_hosts') });
  expect(site.hosts[1]?.ssh).toMatchObject({ key: '/abs/id', knownHosts: '/srv/known' });
  expect(site.nginx).toMatchObject({ certificate: '/srv/site/a.pem', certificateKey: '/srv/site/a.key' });
  expect([site.app.api?.archive, site.app.frontend?.archive]).toEqual(['/srv/site/api.tar.gz', '/srv/site/frontend.tar.gz']);
  expect(site.secrets.file).toBe('/srv/site/x.age');
});

test('warnings alone stop nothing; with an error they are told too', () => {
  const { postgres: _postgres, ...vips } = compactDocument().vips;
  const warned = { ...compactDocument(), vips };
  expect(siteFromText(stringify(warned), 'i.yaml').warnings).toMatchObject([{ rule: 'vip-absent', severity: 'warning' }]);
  const wrong = { ...warned, redis: { quorum: 9 } };
  expect(() => siteFromText(stringify(wrong), 'i.yaml')).toThrow(
    expect.objectContaining({
      code: 'NV_TOPOLOGY',
      problems: [expect.objectContaining({ rule: 'vip-absent' }), expect.objectContaining({ rule: 'quorum-too-large' })],
    }),
  );
});
