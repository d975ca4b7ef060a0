import { generateKeyPairSync } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { tcpServer } from './local-server.ts';
import { temporaryDirectory } from './temporary-directory.ts';

/** An inventory whose jump host takes connections and then says nothing: whoever runs on it waits. Gone with the test. */
export async function silentSite(): Promise<{ inventoryPath: string; inventoryText: string; connected: Promise<void> }> {
  const { promise: connected, resolve } = Promise.withResolvers<void>();
  const port = await tcpServer(() => resolve());
  const directory = await temporaryDirectory();
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(join(directory, 'key'), privateKey.export({ type: 'pkcs1', format: 'pem' }), { mode: 0o600 });
  const inventoryPath = join(directory, 'site.yaml');
  const inventoryText = inventory(port);
  await writeFile(inventoryPath, inventoryText);
  for (const name of ['api.tar.gz', 'frontend.tar.gz']) await writeFile(join(directory, name), gzipSync(Buffer.alloc(1024)));
  return { inventoryPath, inventoryText, connected };
}

const inventory = (port: number) => `cluster: silent
ssh: { user: root, jump: "root@127.0.0.1:${port}", key: key, knownHosts: known_hosts, agent: false }
hosts:
  n1: { address: 198.51.100.1, roles: [lb, api, frontend, postgres, redis, sentinel, etcd] }
  n2: { address: 198.51.100.2, roles: [lb, api, frontend, postgres, redis, sentinel, etcd] }
  n3: { address: 198.51.100.3, roles: [lb, api, frontend, postgres, redis, sentinel, etcd] }
vips:
  web: { address: 198.51.100.100/24, routerId: 61 }
  postgres: { address: 198.51.100.101/24, routerId: 62 }
  redis: { address: 198.51.100.102/24, routerId: 63 }
postgres: { clientNetworks: [198.51.100.0/24] }
app:
  api: { archive: api.tar.gz }
  frontend: { archive: frontend.tar.gz }
secrets: { file: secrets.age }
`;
