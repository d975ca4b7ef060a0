import type * as z from 'zod';
import { didYouMean } from './did-you-mean.ts';
import { type Finding, type InventoryPath, isMapping, pathText } from './inventory-document.ts';
import { explanationAt, keysAt } from './schema-keys.ts';

type Issue = z.core.$ZodIssue;

/** What one finding of the schema says to a user: the path, what is expected there, and what to do. */
export function findingsOf(issue: Issue, document: unknown): readonly Finding[] {
  const path = issue.path.map((part) => (typeof part === 'number' ? part : String(part)));
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownKey(path, key));
    case 'invalid_key':
      return [
        { path, message: `${pathText(path)}: the name ${issue.issues[0]?.message ?? 'is not allowed'}`, hint: 'Give it another name.' },
      ];
    default:
      return [wrongValue(issue, path, valueAt(document, path))];
  }
}

function unknownKey(path: InventoryPath, key: string): Finding {
  const here = [...path, key];
  return { path: here, message: `${pathText(here)} is not a known setting`, hint: didYouMean(key, keysAt(path)) };
}

function wrongValue(issue: Issue, path: InventoryPath, value: unknown): Finding {
  const where = pathText(path);
  if (value === undefined) return { path, message: `${where} is missing`, hint: explanationAt(path) ?? `It ${expectationOf(issue)}.` };
  const hint = hintFor(issue, value) ?? explanationAt(path) ?? 'inventory/full.yaml explains every setting.';
  return { path, message: `${where} ${expectationOf(issue)}, not ${shown(value, path)}`, hint };
}

function expectationOf(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${typeNames[issue.expected] ?? issue.expected}`;
    case 'invalid_value':
      return issue.values.length === 1 ? `must be ${String(issue.values[0])}` : `must be one of ${issue.values.map(String).join(', ')}`;
    case 'too_small':
      return `must ${issue.origin === 'array' || issue.origin === 'string' ? 'not be empty' : `be at least ${issue.minimum}`}`;
    case 'too_big':
      return `must be at most ${issue.maximum}`;
    default:
      return issue.message;
  }
}

const typeNames: Readonly<Record<string, string>> = {
  object: 'a mapping of settings',
  record: 'a mapping of names',
  array: 'a list',
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
};

function hintFor(issue: Issue, value: unknown): string | undefined {
  if (value === null) return 'Remove the key, or write something after it.';
  if (issue.code === 'invalid_type') return typeHint(issue.expected, value);
  if (issue.code !== 'invalid_value') return undefined;
  if (issue.values.length > 1) return typeof value === 'string' ? didYouMean(value, issue.values.map(String)) : undefined;
  return typeof value === 'string' && value === String(issue.values[0]) ? unquoted : undefined;
}

function typeHint(expected: string, value: unknown): string | undefined {
  if (expected === 'string' && typeof value !== 'object') return 'Put it in quotes.';
  if (typeof value !== 'string') return undefined;
  if (scalarTypes.has(expected)) return unquoted;
  return expected === 'array' ? 'Put it in brackets: [a, b].' : undefined;
}

const unquoted = 'Write it without quotes.';
const scalarTypes: ReadonlySet<string> = new Set(['number', 'int', 'boolean']);

/** A value as an error may show it: short, on one line, and never one that may be a secret by mistake. */
function shown(value: unknown, path: InventoryPath): string {
  if (value === null) return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  if (path.some((part) => mayBeSecret.has(part))) return 'what is written there';
  const written = typeof value === 'string' ? JSON.stringify(value) : String(value);
  return written.length <= 60 ? written : `${written.slice(0, 57)}…`;
}

const mayBeSecret: ReadonlySet<string | number> = new Set(['passwordSecret', 'environment', 'start', 'key', 'certificateKey']);

function valueAt(document: unknown, path: InventoryPath): unknown {
  return path.reduce<unknown>((value, part) => {
    if (Array.isArray(value)) return value[Number(part)];
    return isMapping(value) && Object.hasOwn(value, part) ? value[part] : undefined;
  }, document);
}
