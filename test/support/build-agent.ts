import { type AgentConfig, type AgentConfigInput, agentConfigSchema } from '../../agent/src/contract/agent-config.ts';
import { known } from '../../agent/src/core/reading.ts';
import type { Readings } from '../../agent/src/core/readings.ts';

export function buildAgentConfig(over: Partial<AgentConfigInput> = {}): AgentConfig {
  return agentConfigSchema.parse({ cluster: 'demo', host: 'h1', roles: [], ...over });
}

/** What the sensors of a host without services see. */
export function buildReadings(over: Partial<Readings> = {}): Readings {
  const clock = { synchronized: null, offsetMs: null };
  return {
    processes: known(new Set<string>()),
    units: known(new Map()),
    probes: new Map(),
    system: { load1: 0, cores: 2, memoryTotalBytes: 1000, memoryAvailableBytes: 500, disks: [], clock },
    certificates: [],
    addresses: new Set(),
    events: [],
    ...over,
  };
}
