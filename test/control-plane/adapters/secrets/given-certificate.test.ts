import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { certificateEnvironment } from '../../../../control-plane/src/adapters/secrets/given-certificate.ts';
import { buildSite } from '../../../../control-plane/src/core/build-site.ts';
import { buildInventory } from '../../../support/build-inventory.ts';
import { temporaryDirectory } from '../../../support/temporary-directory.ts';

const siteWith = (nginx: object) => buildSite(buildInventory({ nginx }));

it('a site without a certificate of its own adds nothing', () => {
  expect(certificateEnvironment(siteWith({}))).toEqual({});
});

it('the operator’s certificate and key become secrets', async () => {
  const directory = await temporaryDirectory();
  const [certificate, certificateKey] = [join(directory, 'a.pem'), join(directory, 'a.key')];
  await writeFile(certificate, 'a certificate\n');
  await writeFile(certificateKey, 'a key\n');
  expect(certificateEnvironment(siteWith({ certificate, certificateKey }))).toEqual({
    NETVIS_SECRET_NGINX_CERTIFICATE: 'a certificate\n',
    NETVIS_SECRET_NGINX_CERTIFICATE_KEY: 'a key\n',
  });
});

it('a file that cannot be read is named', () => {
  const site = siteWith({ certificate: '/nowhere/a.pem', certificateKey: '/nowhere/a.key' });
  expect(() => certificateEnvironment(site)).toThrow(
    expect.objectContaining({ code: 'NV_INVENTORY_INVALID', message: expect.stringContaining('/nowhere/a.pem') }),
  );
});
