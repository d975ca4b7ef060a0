/**
 * The gate (R4): who may connect. The server's `hba_file` is the agent's: shut, it lets in the agent and the other database
 * hosts; open, the clients' rules of `apply` follow. Shutting keeps newcomers out and ends nobody's session.
 */

export type Gate = 'open' | 'shut';

export type GateRules = {
  readonly superuser: string;
  /** Where the peers' agents read. */
  readonly database: string;
  readonly replicationUser: string;
  /** `hostssl`, or `host` where the servers have no certificates. */
  readonly connection: 'hostssl' | 'host';
  readonly peerAddresses: readonly string[];
};

/** The lines of the file but the first. `clientRules` is apply's file. */
export function gateBody(gate: Gate, rules: GateRules, clientRules: string): string {
  const address = (each: string) => `${each}/${each.includes(':') ? 128 : 32}`;
  return [
    `local all ${name(rules.superuser)} peer map=netvis`,
    ...rules.peerAddresses.map(
      (each) => `${rules.connection} ${name(rules.database)},replication ${name(rules.replicationUser)} ${address(each)} scram-sha-256`,
    ),
    gate === 'open' ? clientRules : '# shut: nobody else',
    '',
  ].join('\n');
}

/**
 * The whole file. Its first rule refuses a database that does not exist, named by the file's `version`: a server that refuses
 * it by this rule has loaded this very file, which nothing else in PostgreSQL tells.
 */
export function gateFile(version: string, body: string): string {
  return `# Written by netvis-agent: changes made here are replaced.\nlocal ${name(probeDatabase(version))} all reject\n${body}`;
}

/** The database that only a server with this version of the file refuses by a rule. */
export function probeDatabase(version: string): string {
  return `netvis_gate_${version}`;
}

function name(value: string): string {
  return `"${value.replaceAll('"', '""')}"`;
}
