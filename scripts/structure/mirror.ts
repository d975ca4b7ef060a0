/** Tests lie where their sources lie: `test/<package>/<path>` for `<package>/src/<path>` or `<package>/<path>`. */
import { posix } from 'node:path';
import type { Finding, TreeFile } from './tree.ts';

/** Templates and playbooks are the control plane's, though they lie at the root. */
const packageTest = /^test\/(control-plane|agent)\/(?!templates\/|playbooks\/)(.+)\.test\.tsx?$/;

/**
 * A test file names a source file or a folder: `plan.test.ts` or `plan.<aspect>.test.ts` for `plan.ts` or `plan/`.
 */
export function checkMirror(files: readonly TreeFile[]): Finding[] {
  const sources = new Set(files.flatMap(({ path }) => [path.replace(/\.tsx?$/, ''), ...parents(path)]));
  return files.flatMap(({ path }) => {
    const [, project, test] = packageTest.exec(path) ?? [];
    if (project === undefined || test === undefined) return [];
    const source = posix.join(posix.dirname(test), posix.basename(test).split('.')[0] ?? '');
    const places = [`${project}/src/${source}`, `${project}/${source}`];
    return places.some((place) => sources.has(place))
      ? []
      : [{ path, message: `mirrors no source: there is no ${places[0]}.ts and no folder of that name` }];
  });
}

function parents(path: string): string[] {
  const parent = posix.dirname(path);
  return parent === '.' ? [] : [parent, ...parents(parent)];
}
