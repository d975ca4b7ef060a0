/** The project's own text files, as the structure rules see them. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A file by its path from the root, with forward slashes. */
export type TreeFile = { readonly path: string; readonly text: string };

/** One broken rule: what is wrong in which file (and line, from 1, where it has one). */
export type Finding = { readonly path: string; readonly line?: number; readonly message: string };

const skippedFolders = new Set(['node_modules', 'dist', 'coverage', '.git', '.netvis']);

/** Reads every text file under `root`; files with a NUL byte are taken for binary and left out. */
export function readTree(root: string): TreeFile[] {
  return listFiles(root, '').flatMap((path) => {
    const bytes = readFileSync(join(root, path));
    return bytes.includes(0) ? [] : [{ path, text: bytes.toString('utf8') }];
  });
}

function listFiles(root: string, folder: string): string[] {
  return readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
    if (entry.isDirectory()) return skippedFolders.has(entry.name) ? [] : listFiles(root, path);
    return entry.isFile() ? [path] : [];
  });
}

/** The line, from 1, on which `index` of `text` lies. */
export function lineAt(text: string, index: number): number {
  return text.slice(0, index).split('\n').length;
}
