import { readFileSync } from 'node:fs';
import type { TlsFiles } from '../contract/agent-config.ts';

/** The bare value in a secret's file; undefined without a file. Throws when the file cannot be read. */
export function readSecretFile(path: string | undefined): string | undefined {
  return path === undefined ? undefined : readFileSync(path, 'utf8').replace(/\r?\n$/, '');
}

/** The three PEM files. Throws when one cannot be read. */
export function readTls(files: TlsFiles) {
  return { cert: readFileSync(files.certPath), key: readFileSync(files.keyPath), ca: readFileSync(files.caPath) };
}
