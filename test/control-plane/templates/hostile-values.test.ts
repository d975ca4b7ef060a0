import fc from 'fast-check';
import { expect, it } from 'vitest';
import { buildSite } from '../../../control-plane/src/core/build-site.ts';
import type { Inventory } from '../../../control-plane/src/core/inventory/schema.ts';
import { revealSecrets } from '../../../control-plane/src/core/secret.ts';
import { buildInventory } from '../../support/build-inventory.ts';
import { readEnvironmentFile, readExecStart, readNginx, readRedisLine } from '../../support/config-readers.ts';
import { printableText } from '../../support/printable-text.ts';
import { renderer, varsOf } from '../../support/render-site.ts';

/** The template rendered for the first host of the compact site, with `change` made past the schema, secrets revealed. */
function render(template: string, change: (inventory: Inventory) => Inventory, secret = 'plain'): string {
  const site = buildSite(change(buildInventory()));
  const [host] = site.hosts;
  if (!host) throw new Error('the compact site has hosts');
  return revealSecrets(renderer.renderTemplate(template, varsOf(site, host)), () => secret);
}

const asIs = (inventory: Inventory) => inventory;
const withServerName = (serverName: string) => (inventory: Inventory) => ({ ...inventory, nginx: { ...inventory.nginx, serverName } });
const withApi = (over: object) => (inventory: Inventory) => {
  const { api } = inventory.app;
  return { ...inventory, app: { ...inventory.app, ...(api && { api: { ...api, ...over } }) } };
};

it('nginx.conf has the same tokens whatever the server name is, but for the name', () => {
  const harmless = readNginx(render('nginx/nginx.conf.njk', withServerName('harmless')));
  fc.assert(
    fc.property(printableText, (name) => {
      const tokens = readNginx(render('nginx/nginx.conf.njk', withServerName(name)));
      expect(tokens).toEqual(harmless.map((token) => (token === 'harmless' ? name : token)));
    }),
  );
});

it('the environment of the API says what the inventory says, and the URLs hold the very passwords', () => {
  fc.assert(
    fc.property(printableText, printableText, (value, password) => {
      const text = render('api/api.env.njk', withApi({ environment: { GREETING: value } }), password);
      const { GREETING, JWT_SECRET, DATABASE_URL = '', REDIS_URL = '', ...rest } = readEnvironmentFile(text);
      expect({ GREETING, JWT_SECRET }).toEqual({ GREETING: value, JWT_SECRET: password });
      for (const url of [DATABASE_URL, REDIS_URL]) expect(decodeURIComponent(new URL(url).password)).toBe(password);
      expect([new URL(DATABASE_URL).hostname, new URL(REDIS_URL).hostname]).toEqual(['postgres-primary', 'redis-master']);
      expect(Object.keys(rest)).toEqual(['NODE_ENV', 'PORT']);
    }),
  );
});

it('the unit of the API starts exactly the words of the inventory', () => {
  fc.assert(
    fc.property(fc.array(printableText, { minLength: 1, maxLength: 4 }), (words) => {
      const unit = render('api/netvis-api.service.njk', withApi({ start: ['node', ...words] }));
      const [line = '', ...others] = unit.split('\n').filter((each) => each.startsWith('ExecStart='));
      expect(others).toEqual([]);
      expect(readExecStart(line.slice('ExecStart='.length))).toEqual(['/opt/netvis/runtime/current/node', ...words]);
      expect(unit.split('\n')).toHaveLength(render('api/netvis-api.service.njk', asIs).split('\n').length);
    }),
  );
});

it.each(['+/bin/sh', '-rm', '@x', '!x', 'bin/serve'])('a program named %j runs from the archive and gains no privilege', (program) => {
  const unit = render('api/netvis-api.service.njk', withApi({ start: [program] }));
  expect(unit).toContain(`\nExecStart="/opt/netvis/api/current/${program}"\n`);
});

it.each([
  ['redis/redis.conf.njk', ['requirepass', 'masterauth']],
  ['sentinel/sentinel.conf.njk', ['sentinel auth-pass']],
])('%s holds the very password and no line more', (template, directives) => {
  const lines = render(template, asIs).split('\n').length;
  fc.assert(
    fc.property(printableText, (password) => {
      const text = render(template, asIs, password).split('\n');
      expect(text).toHaveLength(lines);
      for (const directive of directives) {
        const line = text.find((each) => each.startsWith(`${directive} `)) ?? '';
        expect(readRedisLine(line).at(-1)).toBe(password);
      }
    }),
  );
});
