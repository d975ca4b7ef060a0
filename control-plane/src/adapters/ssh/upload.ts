import { randomBytes } from 'node:crypto';
import { blobDirectory, blobPath } from '../../core/blob-path.ts';
import { NvError } from '../../core/errors.ts';
import { all, argv, concat, feed, group, quiet, type RemoteCommand, raw } from '../../core/remote-command.ts';
import type { Blob } from '../../core/steps/step-kind.ts';
import type { RemoteHost } from '../../ports/remote-host.ts';
import { within } from './deadline.ts';
import type { Link } from './link.ts';
import { sshError, timeoutError } from './ssh-errors.ts';
import type { SshTarget } from './target.ts';

export type Upload = {
  readonly blob: Blob;
  readonly link: Link;
  readonly run: RemoteHost['run'];
  readonly timeoutMs: number;
};

/**
 * Puts a blob on the host unless it is there: by SFTP into a file of the login user, then, as root and after the hash
 * was compared, to its name. Rejects with NV_UPLOAD when the file cannot be read or written, or arrives changed.
 */
export async function uploadBlob(upload: Upload): Promise<void> {
  const part = `${partsOf(upload.blob)}-${randomBytes(12).toString('hex')}.part`;
  const place = { incoming: `/var/tmp/${part}`, part: `${blobDirectory}/${part}` };
  const target = await upload.link.use(upload.timeoutMs, async (_, found) => found);
  const root = async (command: RemoteCommand) => {
    const { exitCode, stdout, stderr } = await upload.run(command, { timeoutMs: upload.timeoutMs });
    if (exitCode !== 0) throw uploadError(target, upload.blob, new Error(stderr.trim()));
    return stdout.trim();
  };
  if ((await root(prepare(place, upload.blob, target.user))) === 'present') return;
  try {
    await send(upload, place.incoming);
  } catch (cause) {
    // A host that is lost keeps the part it has; what is told is why the sending failed.
    await root(argv('rm', '-f', place.incoming)).catch(() => undefined);
    throw cause instanceof NvError ? cause : uploadError(target, upload.blob, cause as Error);
  }
  await root(install(place, upload.blob));
}

type Place = { readonly incoming: string; readonly part: string };

function send({ blob, link, timeoutMs }: Upload, remotePath: string): Promise<void> {
  return link.use(timeoutMs, (connection, target) =>
    within(timeoutMs, () => timeoutError(target, `sending ${blob.localPath}`, timeoutMs), connection.put(blob.localPath, remotePath)),
  );
}

/**
 * Prints `present`, or makes the file that the login user writes. What broken uploads left goes: of this blob at once, as
 * one control plane at a time changes a host, of others after two hours.
 */
function prepare(place: Place, blob: Blob, user: string): RemoteCommand {
  const makeDirectory = argv('mkdir', '-p', '-m', '0700', blobDirectory);
  const create = argv('install', '-m', '0600', '-o', user, '/dev/null', place.incoming);
  const branch = concat(raw('if '), quiet(check(blob, blobPath(blob.sha256))), raw('; then echo present; else '), create, raw('; fi'));
  return all(makeDirectory, sweep(`${partsOf(blob)}-*.part`), sweep('netvis-*.part', '-mmin', '+120'), branch);
}

function sweep(names: string, ...condition: readonly string[]): RemoteCommand {
  return argv('find', '/var/tmp', blobDirectory, '-maxdepth', '1', '-name', names, ...condition, '-delete');
}

/** How the names of a blob's parts begin. */
function partsOf({ sha256 }: Blob): string {
  return `netvis-${sha256.slice(0, 12)}`;
}

function install(place: Place, blob: Blob): RemoteCommand {
  const move = all(
    argv('mv', '-fT', place.incoming, place.part),
    argv('chown', 'root:root', place.part),
    check(blob, place.part),
    argv('sync', place.part),
    argv('mv', '-fT', place.part, blobPath(blob.sha256)),
    argv('sync', blobDirectory),
  );
  return concat(group(move), raw(' || { '), argv('rm', '-f', place.incoming, place.part), raw('; exit 1; }'));
}

function check(blob: Blob, path: string): RemoteCommand {
  return concat(feed(`${blob.sha256}  ${path}\n`, argv('sha256sum', '--status', '-c')));
}

function uploadError(target: SshTarget, blob: Blob, cause: Error): NvError {
  const message = `${blob.localPath} did not get to the host whole${cause.message && `: ${cause.message}`}`;
  const hint = 'Is there room in /var/tmp and /var/lib on the host, does its sshd offer SFTP, and is the local file unchanged?';
  return sshError(target, { code: 'NV_UPLOAD', message, hint }, cause);
}
