import * as z from 'zod';
import { type BlockFact, beginLine, blockKey, endLine } from '../facts/block.ts';
import type { PresentFile } from '../file-diff.ts';
import { all, argv, concat, type RemoteCommand, raw, temporaryPath } from '../remote-command.ts';
import { hasSecret } from '../secret.ts';
import { change, noop, refused } from './diff.ts';
import { absolutePath } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  path: absolutePath,
  marker: z.string().regex(/^[a-z0-9-]+$/, 'must be lower-case letters, digits and hyphens'),
  content: z.string().refine((text) => !hasSecret(text), 'must not hold a secret'),
});

type Settings = z.output<typeof schema>;

/** Lines of a file that others write too, between two marker lines; everything outside them is kept byte for byte. */
export const blockKind: StepKind<Settings> = {
  kind: 'block',
  schema,
  facts: ({ path, marker }) => [{ source: 'block', key: blockKey(path, marker) }],
  diff({ path, marker, content }, { fact }) {
    const found = fact<BlockFact>('block', blockKey(path, marker));
    if (found.broken)
      return refused(`the marker lines of ${marker} in ${path} do not pair`, `Remove the lines "# BEGIN/END netvis ${marker}".`);
    const wanted = content === '' || content.endsWith('\n') ? content : `${content}\n`;
    if (found.text === wanted) return noop(`${marker} in ${path} is up to date`);
    const block = `${beginLine(marker)}\n${wanted}${endLine(marker)}\n`;
    return change({
      summary: `${path} (${found.text === null ? 'new block' : 'block'} ${marker})`,
      command: replaceBlock({ path, marker, block }),
      file: { path, text: block, restricted: false, present: presentBlock(marker, found) },
    });
  },
};

/** The facts hold the block's text; what else the file holds is not shown. */
function presentBlock(marker: string, { text }: BlockFact): PresentFile {
  return text === null ? { kind: 'absent' } : { kind: 'text', text: `${beginLine(marker)}\n${text}${endLine(marker)}\n` };
}

/** Writes a copy that keeps owner and mode, with the new block in the old one's place or at the end, and renames it. */
function replaceBlock({ path, marker, block }: { path: string; marker: string; block: string }): RemoteCommand {
  const program = [
    'function put(){if(!done)printf "%s",ENVIRON["NV_BLOCK"];done=1}',
    '$0==ENVIRON["NV_BEGIN"]{put();skip=1;next} $0==ENVIRON["NV_END"]{skip=0;next} !skip{print} END{put()}',
  ].join(' ');
  const temporary = temporaryPath(path);
  const environment = [`NV_BEGIN=${beginLine(marker)}`, `NV_END=${endLine(marker)}`, `NV_BLOCK=${block}`];
  return all(
    concat(raw('{ [ -e '), argv(path), raw(' ] || : > '), argv(path), raw('; }')),
    argv('cp', '-p', path, temporary),
    concat(argv('env', ...environment, 'awk', program, path), raw(' > '), argv(temporary)),
    argv('sync', temporary),
    argv('mv', '-fT', temporary, path),
  );
}
