import { describe, expect, test } from 'vitest';
import { parseArguments } from '../lab/arguments.ts';

const parse = (line: string) => parseArguments(line.split(' ').filter((word) => word !== ''));

describe('the command line', () => {
  test.each([
    ['', { verb: 'help' }],
    ['up', { verb: 'up', shape: 'full', hosts: undefined, fresh: false }],
    ['up compact --fresh', { verb: 'up', shape: 'compact', hosts: undefined, fresh: true }],
    ['up --hosts n1,n3', { verb: 'up', shape: 'compact', hosts: ['n1', 'n3'], fresh: false }],
    ['up full --hosts=pg1', { verb: 'up', shape: 'full', hosts: ['pg1'], fresh: false }],
    ['down', { verb: 'down', shape: undefined }],
    ['reboot-all full', { verb: 'reboot-all', shape: 'full' }],
    ['status --json compact', { verb: 'status', shape: 'compact', json: true }],
    ['ssh pg1', { verb: 'ssh', host: 'pg1', command: [] }],
    ['ssh pg1 ls --all -l', { verb: 'ssh', host: 'pg1', command: ['ls', '--all', '-l'] }],
    ['inside n2 uptime', { verb: 'inside', host: 'n2', command: ['uptime'] }],
    ['kill pg1 n2', { verb: 'kill', hosts: ['pg1', 'n2'] }],
  ])('"%s" is understood', (line, request) => {
    expect(parse(line)).toEqual(request);
  });

  test.each([
    'fly',
    'up sideways',
    'up compact full',
    'up --hosts',
    'up --hosts ,',
    'up --hosts nobody',
    'up full --hosts n1',
    'up --hosts pg1,n1',
    'up --quick',
    'down pg1',
    'kill',
    'kill nobody',
    'ssh',
    'ssh nobody',
    'sudo pg1',
  ])('"%s" is refused', (line) => {
    expect(() => parse(line)).toThrow(expect.objectContaining({ code: 'NV_USAGE' }));
  });
});
