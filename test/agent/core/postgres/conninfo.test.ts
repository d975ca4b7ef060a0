import { expect, test } from 'vitest';
import { conninfo, settingValue } from '../../../../agent/src/core/postgres/conninfo.ts';
import { passwordFor } from '../../../../agent/src/core/postgres/passfile.ts';

test('values that libpq would misread are quoted', () => {
  expect(conninfo({ host: '10.0.0.1', port: 5432, application_name: "it's \\ here", options: '' })).toBe(
    "host=10.0.0.1 port=5432 application_name='it\\'s \\\\ here' options=''",
  );
});

test('a setting doubles quotes and backslashes', () => {
  expect(settingValue("a'b\\c")).toBe("'a''b\\\\c'");
});

test('a password is found by its user and freed of escapes', () => {
  const file = '# comment\nh:1:d:other:no\n*:*:*:replicator:a\\:b\\\\c\n';
  expect(passwordFor('replicator', file)).toBe('a:b\\c');
  expect(passwordFor('replicator', 'h:1:d:*:all\n')).toBe('all');
  expect(passwordFor('replicator', 'torn:line\n')).toBeNull();
});
