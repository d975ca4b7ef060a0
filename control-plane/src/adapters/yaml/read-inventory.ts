import { type Document, LineCounter, parseDocument, type YAMLError } from 'yaml';
import { NvError, type Problem } from '../../core/errors.ts';
import { type InventoryDocument, isMapping } from '../../core/inventory/inventory-document.ts';
import { offsetAt } from './node-position.ts';
import { findInNodes, type YamlFinding } from './yaml-findings.ts';

/** Characters an inventory may have. */
export const inventorySizeLimit = 262_144;

/**
 * Reads an inventory's text. `file` is how positions name it. The value is the plain document, unchecked but for being
 * a mapping. Throws NV_INVENTORY_SYNTAX with every finding.
 */
export function readInventory(text: string, file: string): InventoryDocument {
  const lines = new LineCounter();
  const place = (offset: number) => {
    const { line, col } = lines.linePos(offset);
    return { file, line: Math.max(1, line), column: Math.max(1, col) };
  };
  if (text.length > inventorySizeLimit) throw syntaxError([tooLarge(file)]);
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, merge: true, uniqueKeys: false });
  const findings = [
    ...parserFindings(document, (offset) => place(offset).line),
    ...(document.errors.length > 0 ? [] : findInNodes(document)),
  ];
  if (findings.length > 0) throw syntaxError(findings.map(({ offset, ...finding }) => ({ code, ...finding, at: place(offset) })));
  return { value: plainValue(document, file), locate: (path) => place(offsetAt(document, path)) };
}

export function tooLarge(file: string): Problem {
  return {
    code,
    message: `the file is larger than ${inventorySizeLimit / 1024} KiB`,
    hint: 'Write hosts as ranges, such as api[1:20].',
    at: { file, line: 1, column: 1 },
  };
}

export function syntaxError(problems: readonly Problem[]): NvError {
  return new NvError(problems[0] ?? { code, message: 'the inventory cannot be read' }, { problems });
}

const findingLimit = 10;
const code = 'NV_INVENTORY_SYNTAX';

function plainValue(document: Document, file: string): unknown {
  const value: unknown = document.toJS({ maxAliasCount: -1 });
  if (isMapping(value)) return value;
  const message =
    value === null
      ? 'the inventory is empty'
      : `the inventory must be a mapping, not ${Array.isArray(value) ? 'a list' : 'a single value'}`;
  throw syntaxError([{ code, message, hint: '`netvis-ctl init` writes a starter inventory.', at: { file, line: 1, column: 1 } }]);
}

/** What the parser itself found, one finding per line: what else it says of a line is an echo. */
function parserFindings(document: Document, lineOf: (offset: number) => number): readonly YamlFinding[] {
  const { explicit, version } = document.directives?.yaml ?? {};
  const directive: YamlFinding[] =
    explicit && version !== '1.2'
      ? [{ offset: 0, message: `YAML ${version} is not read, only YAML 1.2`, hint: 'Remove the line %YAML.' }]
      : [];
  const byLine = new Map<number, YamlFinding>();
  for (const finding of [...directive, ...[...document.errors, ...document.warnings].map(explain)]) {
    const line = lineOf(finding.offset);
    if (!byLine.has(line)) byLine.set(line, finding);
  }
  return [...byLine.values()].slice(0, findingLimit);
}

function explain(error: YAMLError): YamlFinding {
  const known = error.message.endsWith('at node end') ? afterValue : explanations[error.code];
  return { offset: error.pos[0], message: known?.message ?? lowerFirst(error.message), hint: known?.hint ?? layoutHint };
}

/** Of what the parser explains itself. */
const layoutHint =
  'Look at quotes, brackets and the spaces at the begin of the lines around it; put a value with : # @ * & or { in quotes.';

type Explanation = { readonly message: string; readonly hint: string };

const afterValue: Explanation = {
  message: 'something follows the end of the value',
  hint: 'Put the whole value in quotes, as in "10.0.0.[21:22]".',
};
const explanations: Readonly<Record<string, Explanation>> = {
  TAB_AS_INDENT: { message: 'a tab stands where spaces belong', hint: 'Indent with spaces.' },
  MULTIPLE_DOCS: { message: 'a second document begins here', hint: 'An inventory is one document: remove the ---.' },
  NON_STRING_KEY: { message: 'a key must be text', hint: 'Put a value that begins with { or [ in quotes.' },
  RESOURCE_EXHAUSTION: { message: 'too many levels deep', hint: 'No inventory needs that much: see inventory/full.yaml.' },
  TAG_RESOLVE_FAILED: {
    message: 'tags such as !vault are not known here',
    hint: 'Secrets live in the secrets file: netvis-ctl secrets edit.',
  },
};

function lowerFirst(sentence: string): string {
  return sentence.charAt(0).toLowerCase() + sentence.slice(1);
}
