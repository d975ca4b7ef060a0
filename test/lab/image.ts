import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { NvError } from '../../control-plane/src/core/errors.ts';
import { chooseMirror, type Mirror, parseClassic, parseDeb822, renderClassic } from './apt-sources.ts';
import { markUsed, pruneImages } from './image-cache.ts';
import { finishScript, imageFiles, imageName, installedPackages, release } from './image-recipe.ts';
import { hostsOf } from './layout.ts';
import { withLock } from './lock.ts';
import { must } from './process.ts';
import { readClaims } from './registry.ts';

/** Where images lie: outside of any checkout, so that a fresh clone finds them. */
export const imageCache = process.env.NETVIS_LAB_CACHE || '/var/cache/netvis-lab';

/**
 * The folder of the finished base image; builds it when this machine has none yet.
 * Builders wait for each other; what a dead builder left is thrown away.
 */
export async function ensureImage(say: (line: string) => void): Promise<string> {
  const image = join(imageCache, imageName(process.arch));
  await markUsed(image);
  if (existsSync(image)) return image;
  return withLock(join(imageCache, 'lock'), async () => {
    if (existsSync(image)) return image;
    await dropUnfinished();
    await build(image, say);
    await pruneImages(imageCache, await imagesInUse());
    return image;
  });
}

async function build(image: string, say: (line: string) => void): Promise<void> {
  const started = performance.now();
  say('building the base image (once per machine, about a minute)');
  const mirror = await findMirror();
  const work = await mkdtemp(join(imageCache, 'unfinished-'));
  const root = join(work, 'root');
  await bootstrap(root, mirror);
  await finish(root, mirror);
  await rename(root, image);
  await rm(work, { recursive: true });
  say(`base image ready after ${((performance.now() - started) / 1000).toFixed(1)} s`);
}

/** In namespaces of its own: the mounts and processes of a build end with the process that asked for it. */
const apart = ['setpriv', '--pdeathsig', 'KILL', 'unshare', '--mount', '--pid', '--fork', '--kill-child=SIGKILL', '--'];

async function bootstrap(root: string, mirror: Mirror): Promise<void> {
  const include = `--include=${installedPackages.join(',')}`;
  const env = { ...(await proxies()), DPKG_FORCE: 'unsafe-io', LC_ALL: 'C' };
  await must([...apart, 'debootstrap', '--variant=minbase', include, release, root, mirror.uri], { env });
}

async function finish(root: string, mirror: Mirror): Promise<void> {
  await writeInto(root, imageFiles);
  await writeInto(root, {
    '/etc/apt/sources.list': renderClassic(mirror.sources),
    '/etc/resolv.conf': await readFile('/etc/resolv.conf', 'utf8'),
  });
  const script = `mount --make-rprivate / && mount -t proc proc "$0/proc" && mount --bind /dev "$0/dev" && exec chroot "$0" sh -c "$1"`;
  await must([...apart, 'sh', '-c', script, root, finishScript], { env: await proxies() });
  await writeInto(root, { '/etc/resolv.conf': '' });
}

async function writeInto(root: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [path, content] of Object.entries(files)) {
    await mkdir(join(root, dirname(path)), { recursive: true });
    await rm(join(root, path), { force: true });
    await writeFile(join(root, path), content);
  }
}

async function dropUnfinished(): Promise<void> {
  for (const entry of await readdir(imageCache)) {
    if (entry.startsWith('unfinished-')) await rm(join(imageCache, entry), { recursive: true, force: true, maxRetries: 10 });
  }
}

/** The images below the disks of all labs that are up on this machine. */
async function imagesInUse(): Promise<string[]> {
  const folders = (await readClaims()).flatMap((claim) => hostsOf(claim).map((host) => join(claim.folder, host.name, 'image')));
  return Promise.all(folders.filter((file) => existsSync(file)).map(async (file) => (await readFile(file, 'utf8')).trim()));
}

async function findMirror(): Promise<Mirror> {
  const mirror = chooseMirror(await readSources('/etc/apt'), release);
  if (mirror !== undefined) return mirror;
  throw new NvError({
    code: 'NV_REFUSED',
    message: `no apt source of this machine is Debian's own archive, so the lab cannot fetch Debian ${release}`,
    hint: 'add a Debian source (deb <mirror>/debian bookworm main) under /etc/apt/sources.list.d, signed by debian-archive-keyring',
  });
}

async function readSources(folder: string) {
  const parts = join(folder, 'sources.list.d');
  const names = existsSync(parts) ? (await readdir(parts)).sort() : [];
  const texts = async (paths: string[]) => Promise.all(paths.map((path) => readFile(path, 'utf8')));
  const classic = [join(folder, 'sources.list')].filter((path) => existsSync(path));
  classic.push(...names.filter((name) => name.endsWith('.list')).map((name) => join(parts, name)));
  const modern = names.filter((name) => name.endsWith('.sources')).map((name) => join(parts, name));
  return [...(await texts(modern)).flatMap(parseDeb822), ...(await texts(classic)).flatMap(parseClassic)];
}

/** The proxy this machine's apt uses, for programs that read it from the environment. */
async function proxies(): Promise<Record<string, string>> {
  const dump = await must(['apt-config', 'dump', '--format', '%f=%v%n']);
  const found = (protocol: string) => new RegExp(`^Acquire::${protocol}::Proxy=(.+)$`, 'mi').exec(dump)?.[1];
  const [http, https] = [found('http'), found('https')];
  return { ...(http === undefined ? {} : { http_proxy: http }), ...(https === undefined ? {} : { https_proxy: https }) };
}
