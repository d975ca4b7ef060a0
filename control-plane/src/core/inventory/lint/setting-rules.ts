import type { Finding } from '../inventory-document.ts';
import type { Inventory } from '../schema.ts';
import type { LintRule } from './lint-rule.ts';

/** Rules on settings that contradict each other. */
export const settingRules: readonly LintRule[] = [
  { id: 'certificate-half', severity: 'error', demand: 'a certificate comes with its key', find: halfCertificate },
  { id: 'directories-nested', severity: 'error', demand: 'data and archive lie apart', find: nestedDirectories },
  { id: 'slot-cap-small', severity: 'warning', demand: 'a replica may be away for as long as the WAL kept', find: smallSlotCap },
  { id: 'application-variable-set', severity: 'error', demand: 'apply alone sets the connection variables', find: setVariables },
];

function halfCertificate({ nginx }: Inventory): readonly Finding[] {
  if ((nginx.certificate === undefined) === (nginx.certificateKey === undefined)) return [];
  const [given, other] = nginx.certificate === undefined ? ['certificateKey', 'certificate'] : ['certificate', 'certificateKey'];
  return [
    {
      path: ['nginx', given],
      message: `nginx.${given} is set without nginx.${other}`,
      hint: "Give both, or none for the cluster's own CA.",
    },
  ];
}

function nestedDirectories({ postgres }: Inventory): readonly Finding[] {
  const [data, archive] = [`${postgres.dataDirectory}/`, `${postgres.archiveDirectory}/`];
  if (!data.startsWith(archive) && !archive.startsWith(data)) return [];
  const message = `postgres.archiveDirectory ${postgres.archiveDirectory} and postgres.dataDirectory ${postgres.dataDirectory} lie in each other`;
  return [{ path: ['postgres', 'archiveDirectory'], message, hint: 'A rebuilt replica would lose its archive with its data.' }];
}

function smallSlotCap({ postgres }: Inventory): readonly Finding[] {
  if (kilobytes(postgres.maxSlotWalKeepSize) >= kilobytes(postgres.walKeepSize)) return [];
  const message = `postgres.maxSlotWalKeepSize ${postgres.maxSlotWalKeepSize} is less than postgres.walKeepSize ${postgres.walKeepSize}`;
  return [{ path: ['postgres', 'maxSlotWalKeepSize'], message, hint: 'Give the cap at least that size.' }];
}

const ownVariables: readonly string[] = ['DATABASE_URL', 'REDIS_URL', 'JWT_SECRET'];

function setVariables({ app }: Inventory): readonly Finding[] {
  return Object.keys(app.api?.environment ?? {})
    .filter((name) => ownVariables.includes(name))
    .map((name) => ({ path: ['app', 'api', 'environment', name], message: `${name} is set by apply`, hint: 'Remove it.' }));
}

const unitKilobytes: Readonly<Record<string, number>> = { kB: 1, MB: 1024, GB: 1024 * 1024 };

function kilobytes(size: string): number {
  return Number.parseInt(size, 10) * (unitKilobytes[size.replace(/[0-9]+/, '')] ?? 1);
}
