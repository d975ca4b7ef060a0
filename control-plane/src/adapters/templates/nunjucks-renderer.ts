import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import nunjucks from 'nunjucks';
import { NvError } from '../../core/errors.ts';
import type { Renderer } from '../../core/expand-playbook.ts';
import type { HostVars } from '../../core/host-vars.ts';
import { quotingFilters } from './quoting.ts';

/** A renderer whose `version()` is a hash over every template and playbook: equal versions render equal text. */
export type TemplateRenderer = Renderer & { version(): string };

type Sources = ReadonlyMap<string, string>;
type Compiled = Pick<nunjucks.Template, 'render'>;

/**
 * The one place nunjucks is used. Reads all templates below `templateDirectory` (and, for the version, the playbooks beside it)
 * once; a template is named by its path below the directory. Every failure is NV_TEMPLATE_FAILED with the template and its line.
 */
export function createRenderer(
  templateDirectory: string,
  playbookDirectory = join(templateDirectory, '..', 'playbooks'),
): TemplateRenderer {
  const sources = readSources(templateDirectory);
  const environment = createEnvironment(sources);
  const compiled = new Map<string, Compiled>();
  const compile = (text: string): Compiled => {
    const known = compiled.get(text) ?? new nunjucks.Template(text, environment, undefined, true);
    compiled.set(text, known);
    return known;
  };
  return {
    renderTemplate: (name, vars) => named(name, () => environment.getTemplate(name, true).render(contextOf(vars))),
    renderText: (text, vars) => named(text, () => compile(text).render(contextOf(vars))),
    test: (condition, vars) => named(condition, () => compile(`{% if ${condition} %}1{% endif %}`).render(contextOf(vars)) === '1'),
    version: () => hashSources(sources, readSources(playbookDirectory)),
  };
}

function createEnvironment(sources: Sources): nunjucks.Environment {
  const loader = new nunjucks.Loader() as nunjucks.Loader & nunjucks.ILoader;
  loader.getSource = (name) => {
    const src = sources.get(name);
    if (src === undefined) throw new Error(`template not found: ${name}`);
    return { src, path: name, noCache: false };
  };
  const options = { autoescape: false, throwOnUndefined: true, trimBlocks: true, lstripBlocks: true };
  const environment = new nunjucks.Environment(loader, options);
  for (const [name, filter] of Object.entries(quotingFilters)) environment.addFilter(name, filter);
  return environment;
}

/** A copy, because a template's top-level `set` writes into its context. */
function contextOf(vars: HostVars): object {
  return { ...vars };
}

function named<T>(source: string, render: () => T): T {
  try {
    return render();
  } catch (cause) {
    throw failure(source, cause instanceof Error ? cause.message : String(cause), cause);
  }
}

/** nunjucks says `(file) [Line 3, Column 4]`, then the reason on a line of its own; a filter's failure has no line. */
function failure(source: string, message: string, cause: unknown): NvError {
  const [, line, column] = /\[Line (\d+), Column (\d+)\]/.exec(message) ?? [];
  const file =
    [...message.matchAll(/\(([^()]+)\)(?=\s|$)/gm)].map(([, name]) => name).findLast((name) => name !== 'unknown path') ?? source;
  const reason =
    message
      .split('\n')
      .at(-1)
      ?.replace(/^\s*(Error: )?/, '') ?? message;
  const problem = {
    code: 'NV_TEMPLATE_FAILED',
    message: `template ${file}${line ? `, line ${line}` : ''}: ${reason}`,
    hint: 'templates/README.md lists the variables and filters of templates.',
    ...(line && { at: { file, line: Number(line), column: Number(column) } }),
  } as const;
  return new NvError(problem, { cause });
}

function readSources(directory: string): Sources {
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).filter((entry) => !entry.isDirectory());
  const paths = files.map((entry) => join(entry.parentPath, entry.name)).filter((path) => basename(path) !== 'README.md');
  return new Map(paths.sort().map((path) => [path.slice(directory.length).replace(/^\/+/, ''), readFileSync(path, 'utf8')]));
}

function hashSources(...all: readonly Sources[]): string {
  const hash = createHash('sha256');
  for (const sources of all) for (const [name, text] of sources) hash.update(`${name}\0${text.length}\0${text}`);
  return hash.digest('hex');
}
