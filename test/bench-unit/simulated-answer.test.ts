import { expect, it } from 'vitest';
import type { Step } from '../../control-plane/src/core/expand-playbook.ts';
import type { FactRequest } from '../../control-plane/src/core/facts/fact-source.ts';
import { parseFactsOutput } from '../../control-plane/src/core/facts/facts-script.ts';
import { nowMark, simulatedAnswer } from '../bench/simulated-answer.ts';

const mark = '@netvis:7f3c91e04b5da826';
const framed = (source: string, text: string) => `${mark} ${source}\n${text}\n${mark} 0\n\n`;
const oldHash = 'a'.repeat(64);
const newHash = 'b'.repeat(64);

const recorded = [
  framed('block', '0 B\n0 =10.88.4.13 api1\n0 E\n'),
  framed('file', `/etc/x\tf\t644\troot\troot\t\n/etc/y\tf\t644\troot\troot\t\n${oldHash}  /etc/x\n${oldHash}  /etc/y\n`),
  framed('host', 'clock\t1\naddress\thost0\t10.88.4.13/24\n'),
].join('');

const step = (kind: string, settings: unknown): Step => ({ id: kind, stage: 's', name: kind, kind, tags: [], notify: [], settings });

it('speaks a recording as another host, with the contents that one must have', () => {
  const steps = [
    step('file', { path: '/etc/x', content: { text: '', sha256: newHash } }),
    step('block', { path: '/etc/hosts', marker: 'hosts', content: 'one\ntwo\n' }),
  ];
  const speaker = { name: 'sim7', address: '198.18.1.7', steps };
  const answer = simulatedAnswer({ stdout: recorded, name: 'api1', address: '10.88.4.13' }, speaker, { from: '10.88.4', to: '198.18.0' });
  const requests: FactRequest[] = [
    { source: 'block', key: '/etc/hosts hosts' },
    { source: 'file', key: '/etc/x' },
    { source: 'file', key: '/etc/y' },
    { source: 'host', key: 'self' },
  ];
  expect(answer).toContain(`clock\t${nowMark}`);
  const facts = parseFactsOutput({ exitCode: 0, stdout: answer.replace(nowMark, '5'), stderr: '' }, requests);
  expect(facts.block?.['/etc/hosts hosts']).toEqual({ text: 'one\ntwo\n', broken: false });
  expect(facts.file).toMatchObject({ '/etc/x': { sha256: newHash }, '/etc/y': { sha256: oldHash } });
  expect(facts.host?.self).toMatchObject({ clockMs: 5, addresses: [{ interface: 'host0', address: '198.18.1.7', prefix: 24 }] });
});
