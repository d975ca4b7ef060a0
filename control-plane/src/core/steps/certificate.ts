import * as z from 'zod';
import { type CertificateFact, certificateKey, plainAddress, recordCertificate } from '../facts/certificate.ts';
import { all, writeFile } from '../remote-command.ts';
import { secretToken } from '../secret.ts';
import { change, noop } from './diff.ts';
import { absolutePath, accountName, address } from './setting.ts';
import type { StepKind } from './step-kind.ts';

const schema = z.strictObject({
  path: absolutePath,
  keyPath: absolutePath,
  caPath: absolutePath,
  commonName: z.string().min(1),
  dnsNames: z.array(z.string()),
  addresses: z.array(address),
  owner: accountName.default('root'),
  group: accountName.default('root'),
});

type Settings = z.output<typeof schema>;

const renewBelowDays = 60;

/** A leaf certificate by the cluster's CA with its key (0600); made anew when it ends soon, or its names or the CA differ. */
export const certificateKind: StepKind<Settings> = {
  kind: 'certificate',
  schema,
  facts: (settings) => [{ source: 'certificate', key: certificateKey(settings) }],
  diff(settings, { fact }) {
    const found = fact<CertificateFact | null>('certificate', certificateKey(settings));
    const reasons = found ? differences(settings, found) : ['new'];
    if (reasons.length === 0) return noop(`${settings.path} is valid for ${found?.daysLeft} days`);
    const { path, keyPath, owner, group, commonName, dnsNames, addresses } = settings;
    return change({
      summary: `${path} (${reasons.join(', ')})`,
      command: all(
        writeFile(secretToken('cert-key'), { path: keyPath, owner, group, mode: '0600' }),
        writeFile(secretToken('cert-pem'), { path, owner, group, mode: '0644' }),
        recordCertificate(certificateKey(settings)),
      ),
      certificate: { commonName, dnsNames, addresses },
    });
  },
};

function differences(wanted: Settings, found: CertificateFact): readonly string[] {
  return [
    ...(found.hasKey ? [] : ['its key is missing or another']),
    ...(found.signedByCa ? [] : ['not signed by the present CA']),
    ...(found.commonName === wanted.commonName ? [] : [`name ${found.commonName} → ${wanted.commonName}`]),
    ...listDifference('DNS names', found.dnsNames, wanted.dnsNames),
    ...listDifference('addresses', found.addresses, wanted.addresses.map(plainAddress)),
    ...(found.daysLeft >= renewBelowDays ? [] : [`${found.daysLeft} days left`]),
  ];
}

/** Order and repetition do not count. */
function listDifference(what: string, found: readonly string[], wanted: readonly string[]): readonly string[] {
  const write = (list: readonly string[]) => [...new Set(list)].sort().join(' ');
  return write(found) === write(wanted) ? [] : [`${what} ${write(found) || 'none'} → ${write(wanted)}`];
}
