import * as z from 'zod';
import { blobPath } from '../blob-path.ts';
import { artifactRoot } from '../facts/artifact.ts';
import { all, argv, concat, type RemoteCommand, raw } from '../remote-command.ts';
import { change, noop } from './diff.ts';
import { sha256 } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  artifact: z.string().regex(/^[a-z][a-z0-9-]*$/, 'must be an artifact name'),
  sha256,
  sizeBytes: z.int().min(1),
  localPath: z.string(),
});

type Settings = z.output<typeof schema>;

/**
 * An archive unpacked under its content hash, with the link `current` switched to it in one step; the version it
 * led to before stays, and the newest besides, so that going back is a link. A `.tar.gz` is unpacked; another `.gz` is one program named as its file without `.gz`.
 */
export const artifactKind: StepKind<Settings> = {
  kind: 'artifact',
  schema,
  facts: ({ artifact }) => [{ source: 'artifact', key: artifact }],
  diff(settings, { fact }) {
    const version = settings.sha256.slice(0, 12);
    const current = fact<string | null>('artifact', settings.artifact);
    if (current === version) return noop(`${settings.artifact} ${version} is in use`);
    const { artifact, sizeBytes, localPath } = settings;
    return change({
      summary: `${artifact} ${version}${current ? ` (was ${current})` : ' (new)'}`,
      command: install(settings, version),
      blobs: [{ sha256: settings.sha256, sizeBytes, localPath }],
      replaces: `${artifactRoot}/${artifact}/current`,
    });
  },
};

function install({ artifact, sha256: hash, localPath }: Settings, version: string): RemoteCommand {
  const root = `${artifactRoot}/${artifact}`;
  const blob = blobPath(hash);
  const fresh = `${root}/.new-${version}`;
  return all(
    concat(raw('cd / && rm -rf '), argv(fresh)),
    concat(raw('{ [ ! -d '), argv(`${root}/current/`), raw(' ] || '), argv('touch', `${root}/current/`), raw('; }')),
    argv('install', '-d', '-m', '0755', root, fresh),
    unpack(localPath, { blob, fresh }),
    concat(argv('chmod', '-R', 'u=rwX,go=rX', fresh), raw(' && '), argv('chown', '-R', 'root:root', fresh)),
    argv('touch', fresh),
    concat(raw('find '), argv(fresh), raw(' -type f -exec sync {} + && rm -rf '), argv(`${root}/${version}`)),
    argv('mv', '-T', fresh, `${root}/${version}`),
    argv('ln', '-sfn', version, `${root}/.new-current`),
    argv('mv', '-fT', `${root}/.new-current`, `${root}/current`),
    argv('sync', root),
    dropOld(root, version),
    argv('rm', '-f', blob),
  );
}

function unpack(localPath: string, { blob, fresh }: { blob: string; fresh: string }): RemoteCommand {
  if (/\.(tar\.gz|tgz)$/.test(localPath)) return argv('tar', '-xzf', blob, '-C', fresh, '--no-same-owner');
  const file = `${fresh}/${programName(localPath)}`;
  return all(concat(argv('gzip', '-dc'), raw(' < '), argv(blob), raw(' > '), argv(file)), argv('chmod', '0755', file));
}

function programName(localPath: string): string {
  return localPath.slice(localPath.lastIndexOf('/') + 1).replace(/\.gz$/, '');
}

/** Keeps the new version, the one used last before it, which was touched, and the newest by time besides. */
function dropOld(root: string, version: string): RemoteCommand {
  return concat(
    raw('( cd '),
    argv(root),
    raw(" && ls -1td -- ????????????/ | sed 's,/$,,' | grep -vxF "),
    argv(version),
    raw(' | tail -n +3 | while read -r old; do rm -rf -- "./$old"; done )'),
  );
}
