import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { reportFile } from '../../../agent/src/adapters/report-file.ts';
import { buildReport } from '../../support/build-readings.ts';
import { temporaryDirectory } from '../../support/temporary-directory.ts';

test('the file is replaced by each report and nothing else is left', async () => {
  const directory = await temporaryDirectory();
  const outlet = reportFile(join(directory, 'report.json'), () => undefined);
  await outlet.publish(buildReport({ host: 'a' }));
  await outlet.publish(buildReport({ host: 'b' }));
  expect(await readdir(directory)).toEqual(['report.json']);
  expect(JSON.parse(await readFile(join(directory, 'report.json'), 'utf8'))).toMatchObject({ host: 'b' });
});

test('a place that cannot be written is told once and stops nothing', async () => {
  const logged: string[] = [];
  const outlet = reportFile('/no/such/report.json', (_level, message) => void logged.push(message));
  await outlet.publish(buildReport({}));
  await outlet.publish(buildReport({}));
  expect(logged).toEqual(['cannot write the report']);
});
