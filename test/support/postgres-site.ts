/** A few real PostgreSQL servers on loopback, put back to a state of their own before each test. */
import { execFileSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePorts } from './free-ports.ts';
import { PostgresNode } from './postgres-node.ts';
import { placesOf, prepareHosts } from './postgres-place.ts';

export class PostgresSite<Name extends string> {
  readonly directory: string;
  readonly nodes: Readonly<Record<Name, PostgresNode>>;

  private constructor(directory: string, nodes: readonly PostgresNode[]) {
    this.directory = directory;
    this.nodes = Object.fromEntries(nodes.map((node) => [node.place.host, node])) as Record<Name, PostgresNode>;
  }

  /** Hosts with configuration and without data. */
  static async prepare<Name extends string>(...names: readonly Name[]): Promise<PostgresSite<Name>> {
    const directory = await mkdtemp(join(await roomyDirectory(), 'nvpg-'));
    const ports = await freePorts(names.length);
    const places = placesOf(directory, Object.fromEntries(names.map((name, index) => [name, ports[index] ?? 0])));
    await prepareHosts(directory, places);
    return new PostgresSite(
      directory,
      places.map((place) => new PostgresNode(place)),
    );
  }

  get #all(): readonly PostgresNode[] {
    return Object.values(this.nodes);
  }

  /** Ends every server and keeps what lies on the hosts. */
  async keep(): Promise<void> {
    await this.#end();
    await mkdir(join(this.directory, 'kept'));
    for (const { place } of this.#all) this.#copy(place.socketDirectory, join(this.directory, 'kept', place.host));
  }

  /** Ends every server, puts back what was kept, and starts a new agent on each host. */
  async restore(): Promise<void> {
    await this.#end();
    for (const { place } of this.#all) {
      await rm(place.socketDirectory, { recursive: true });
      this.#copy(join(this.directory, 'kept', place.host), place.socketDirectory);
    }
    for (const node of this.#all) node.reopen();
  }

  async close(): Promise<void> {
    await this.#end();
    await rm(this.directory, { recursive: true });
  }

  async #end(): Promise<void> {
    await Promise.all(this.#all.map((node) => node.end()));
  }

  #copy(from: string, to: string): void {
    execFileSync('cp', ['-a', from, to]);
  }
}

/** In memory where there is room for a few servers: what is measured here is behaviour, not the disk. */
async function roomyDirectory(): Promise<string> {
  const { bavail, bsize } = await statfs('/dev/shm');
  return bavail * bsize > 2 * 1024 ** 3 ? '/dev/shm' : tmpdir();
}
