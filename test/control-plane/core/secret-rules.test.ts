import { expect, test } from 'vitest';
import { secretFlaw } from '../../../control-plane/src/core/secret-rules.ts';

const pem = '-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n';

test.each([
  ['postgres', 'a'],
  ['postgres', `it's "quoted" \\ $HOME {{x}} %s é 密码`],
  ['redis', 'x'.repeat(512)],
  ['vrrp', '12345678'],
  ['ca-key', pem],
  ['ca-cert', pem.replaceAll('\n', '\r\n').trimEnd()],
  ['ssh-key', pem],
  ['sudo-lab', '0123'],
])('%s may be %j', (name, value) => {
  expect(secretFlaw(name, value)).toBeNull();
});

test.each([
  ['postgres', '', 'is empty'],
  ['postgres', 'a\nb', 'single line'],
  ['postgres', 'a\r', 'single line'],
  ['postgres', 'a\u2028b', 'single line'],
  ['postgres', 'a\tb', 'control'],
  ['postgres', 'a\u0000b', 'control'],
  ['postgres', 'a\u0001jwt:raw\u0002', 'control'],
  ['postgres', 'a\u0085b', 'control'],
  ['postgres', 'a ', 'space'],
  ['postgres', 'x'.repeat(513), '512'],
  ['jwt', pem, 'single line'],
  ['vrrp', '123456789', '8 characters'],
  ['vrrp', 'a b', 'keepalived'],
  ['vrrp', 'a#b', 'keepalived'],
  ['vrrp', 'pässwrt', 'keepalived'],
  ['redis', 'a b', 'Sentinel'],
  ['redis', 'a"b', 'Sentinel'],
  ['redis', "a'b", 'Sentinel'],
  ['redis', 'a\\b', 'Sentinel'],
  ['ca-key', 'no pem', 'PEM'],
  ['ca-key', `${pem}\u0001-----END EC PRIVATE KEY-----`, 'PEM'],
  ['ssh-key', pem.replace('MHc', 'é'), 'PEM'],
  ['ssh-key', `-----BEGIN X-----\n${'x'.repeat(65_536)}\n-----END X-----`, '65536'],
])('%s may not be %j', (name, value, reason) => {
  expect(secretFlaw(name, value)).toContain(reason);
});
