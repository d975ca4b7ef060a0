/** Nothing of the machine this tree lies on may be committed: its paths, its registry, its mirrors. */
import { existsSync, readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { type Finding, lineAt, type TreeFile } from './tree.ts';

/** Finds each of `traces` in each file, whole words only. */
export function checkMachineTraces(files: readonly TreeFile[], traces: readonly string[]): Finding[] {
  return files.flatMap((file) =>
    traces.flatMap((trace) => {
      const index = indexOfWord(file.text, trace);
      return index < 0
        ? []
        : [{ path: file.path, line: lineAt(file.text, index), message: `holds ${trace}, which belongs to this machine` }];
    }),
  );
}

function indexOfWord(text: string, trace: string): number {
  const escaped = trace.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return text.search(new RegExp(`(?<![\\w.-])${escaped}(?![\\w-])`));
}

/** What would betray this machine: the tree's own path and the hosts its packages come from. */
export function machineTraces(root: string): string[] {
  const path = root.split('/').length > 2 ? [root] : [];
  return [...path, ...new Set([...registryHosts(), ...mirrorHosts()])];
}

function registryHosts(): string[] {
  const settings = [process.env.npm_config_registry ?? '', readIfThere(join(homedir(), '.npmrc'))];
  return settings.flatMap((text) => hostsIn(text));
}

function mirrorHosts(): string[] {
  const sources = ['/etc/apt/sources.list', '/etc/apt/sources.list.d/debian.sources', '/etc/apt/sources.list.d/ubuntu.sources'];
  return sources.flatMap((path) => hostsIn(readIfThere(path)));
}

/** Host names in the URLs of a text; names without a dot and addresses could stand anywhere and say nothing. */
export function hostsIn(text: string): string[] {
  return [...text.matchAll(/\bhttps?:\/\/(?:[^@/\s]*@)?([a-z0-9.-]+)/gi)]
    .map((match) => match[1] ?? '')
    .filter((host) => host.includes('.') && !/^[\d.]+$/.test(host));
}

function readIfThere(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
