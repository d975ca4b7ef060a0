import { execFile } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';
import { parse } from 'yaml';
import { siteFromText } from '../../../../control-plane/src/adapters/yaml/load-site.ts';
import { type ComposeInput, renderCompose } from '../../../../control-plane/src/cli/commands/render-compose.ts';
import { renderer } from '../../../support/render-site.ts';
import { repositoryPath } from '../../../support/repository-path.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const run = promisify(execFile);

/** The inputs of a site in a directory of its own, with archives that hold a word. */
async function inputs(inventory: string, secret: (name: string) => string = (name) => `Pass-${name}`): Promise<ComposeInput> {
  const base = await temporaryDirectory();
  const text = await readFile(repositoryPath(inventory), 'utf8');
  const { site } = siteFromText(text, join(base, 'inventory.yaml'));
  for (const file of ['api.tar.gz', 'frontend.tar.gz', 'shop-api.tar.gz', 'shop-site.tar.gz', 'shop.pem', 'shop.key'])
    await writeFile(join(base, file), `word of ${file}`);
  const issue = async () => ({ keyPem: 'an issued key', certPem: 'an issued certificate' });
  return { site, directory: join(base, 'out'), renderer, secrets: { lookup: secret, issue } };
}

const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

it.each(['inventory/full.yaml', 'inventory/compact.yaml', 'test/cases/sites/five.yaml'])(
  'writes what docker-compose accepts for %s, every mounted file and build folder among it',
  async (inventory) => {
    const { directory } = await renderCompose(await inputs(inventory));
    const { stdout } = await run('docker-compose', ['-f', 'docker-compose.ha.yml', 'config'], { cwd: directory });
    const mounted = [...stdout.matchAll(/^ *- (\/[^:]+):[^:]+:ro$/gm), ...stdout.matchAll(/^ *context: (.*)$/gm)].map(
      ([, path]) => path ?? '',
    );
    expect(mounted.length).toBeGreaterThan(10);
    await Promise.all(mounted.map((path) => stat(path)));
  },
  60_000,
);

it('keeps passwords in .env, which only its owner reads, and the key of the site from others', async () => {
  const { directory, files } = await renderCompose(await inputs('inventory/full.yaml'));
  const holders = [];
  for (const file of files) if ((await readFile(join(directory, file), 'utf8')).includes('Pass-')) holders.push(file);
  expect(holders.sort()).toEqual(['.env', 'config/keepalived-lb2.conf', 'config/keepalived.conf']);
  for (const file of [...holders, 'config/nginx/site.key']) expect(await modeOf(join(directory, file))).toBe('600');
  expect(await modeOf(join(directory, 'config/redis/notify.sh'))).toBe('755');
});

it('gives compose the very values, also where they stand in a URL', async () => {
  const { directory } = await renderCompose(await inputs('test/cases/sites/five.yaml', (name) => `a"$b@c{#d ${name}`));
  const { stdout } = await run('docker-compose', ['-f', 'docker-compose.ha.yml', 'config'], { cwd: directory });
  const { services } = parse(stdout.replaceAll('$$', '$'));
  expect(services['postgres-primary'].environment.POSTGRES_PASSWORD).toBe('a"$b@c{#d postgres');
  expect(services['api-1'].environment).toMatchObject({
    DATABASE_URL: 'postgresql://shopkeeper:a%22%24b%40c%7B%23d%20postgres@postgres-primary:5432/shop',
    GREETING: 'say "hi" for $5 \\ `now`',
  });
});

it('refuses a password that an .env file cannot hold, before anything is written', async () => {
  const asked = await inputs('inventory/full.yaml', () => "it's");
  await expect(renderCompose(asked)).rejects.toMatchObject({ code: 'NV_SECRET_INVALID' });
  await expect(stat(asked.directory)).rejects.toMatchObject({ code: 'ENOENT' });
});

it('names the archive that is not there', async () => {
  const asked = await inputs('inventory/full.yaml');
  const lost = {
    ...asked.site,
    app: { ...asked.site.app, frontend: asked.site.app.frontend && { ...asked.site.app.frontend, archive: '/nowhere.tar.gz' } },
  };
  await expect(renderCompose({ ...asked, site: lost as ComposeInput['site'] })).rejects.toMatchObject({
    code: 'NV_INVENTORY_INVALID',
    message: expect.stringContaining('/nowhere.tar.gz'),
  });
});
