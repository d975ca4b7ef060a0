/** Who may import whom. */
import { posix } from 'node:path';
import { type Finding, lineAt, type TreeFile } from './tree.ts';

/** What a file imports: a path from the root for its own tree, else the package's specifier. */
export type Import = { readonly target: string; readonly line: number };

type LayerRule = {
  readonly from: RegExp;
  readonly except?: RegExp;
  readonly allowed?: RegExp;
  readonly forbidden?: RegExp;
  readonly why: string;
};

const layerRules: readonly LayerRule[] = [
  {
    from: /^control-plane\/src\/core\//,
    allowed: /^(control-plane\/src\/core\/|zod$|diff$|@netvis\/agent\/contract\/)/,
    why: 'core imports only core, zod, diff and the contract with the agent',
  },
  { from: /^agent\/src\/core\//, allowed: /^(agent\/src\/(core|contract)\/|zod$)/, why: 'core imports only core, the contract and zod' },
  { from: /^agent\/src\/contract\//, allowed: /^(agent\/src\/contract\/|zod$)/, why: 'the contract imports only itself and zod' },
  {
    from: /^control-plane\/src\/ports\//,
    allowed: /^(control-plane\/src\/(ports|core)\/|@netvis\/agent\/contract\/)/,
    why: 'ports import only core',
  },
  { from: /^agent\/src\/ports\//, allowed: /^agent\/src\/(ports|core|contract)\//, why: 'ports import only core' },
  {
    from: /^(control-plane|agent)\/src\//,
    // Sensors and actuators are the agent's adapters by another name.
    except: /\/src\/(adapters\/|sensors\/|actuators\/|compose[^/]*\.ts$|([^/]+\/)?main\.ts$)/,
    forbidden: /\/src\/adapters\//,
    why: 'only compose.ts and main.ts know the adapters',
  },
  {
    from: /^control-plane\/src\//,
    forbidden: /^(agent\/|@netvis\/agent\/(?!contract\/))/,
    why: 'the control plane knows of the agent only its contract',
  },
  { from: /^agent\//, forbidden: /^control-plane\//, why: 'the agent knows nothing of the control plane' },
  { from: /^(control-plane|agent)\/src\//, forbidden: /^(test|scripts)\//, why: 'sources do not import tests or tools' },
  {
    from: /^(?!.*\/adapters\/ssh\/)(control-plane|agent)\/src\//,
    forbidden: /^(node-ssh|ssh2)$/,
    why: 'node-ssh stands behind one adapter',
  },
  {
    from: /^(?!control-plane\/src\/core\/line-hunks\.ts$)/,
    forbidden: /^diff$/,
    why: 'diff stands behind core/line-hunks.ts',
  },
];

export function checkImports(files: readonly TreeFile[]): Finding[] {
  return files
    .filter((file) => file.path.endsWith('.ts') || file.path.endsWith('.tsx'))
    .flatMap((file) => importsOf(file).flatMap((found) => brokenRules(file.path, found)));
}

function brokenRules(path: string, found: Import): Finding[] {
  return layerRules
    .filter((rule) => rule.from.test(path) && !rule.except?.test(path))
    .filter((rule) => rule.forbidden?.test(found.target) || (rule.allowed && !rule.allowed.test(found.target)))
    .map((rule) => ({ path, line: found.line, message: `imports ${found.target}: ${rule.why}` }));
}

const importForms = [/^(?:import|export)\b[^;'`]*?\bfrom '([^']+)'/gm, /^import '([^']+)'/gm, /\bimport\('([^']+)'\)/g];

/** Every static, type-only and dynamic import of a file that the formatter has formatted. */
export function importsOf(file: TreeFile): Import[] {
  return importForms.flatMap((form) =>
    [...file.text.matchAll(form)].map((match) => ({ target: resolve(file.path, match[1] ?? ''), line: lineAt(file.text, match.index) })),
  );
}

function resolve(path: string, specifier: string): string {
  return specifier.startsWith('.') ? posix.join(posix.dirname(path), specifier) : specifier;
}
