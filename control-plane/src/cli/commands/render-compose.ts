import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { replaceFile } from '../../compose-files.ts';
import { type ComposeFile, composeCertificate, composeFiles } from '../../core/compose-site.ts';
import { NvError } from '../../core/errors.ts';
import type { Renderer } from '../../core/expand-playbook.ts';
import { revealSecrets, type SecretLookup } from '../../core/secret.ts';
import type { Site } from '../../core/site.ts';
import type { RunSecrets } from '../../ports/run-secrets.ts';

/** What was written, by path below `directory`, in order. */
export type ComposeResult = { readonly directory: string; readonly files: readonly string[] };

export type ComposeInput = {
  readonly site: Site;
  readonly directory: string;
  readonly renderer: Renderer;
  readonly secrets: Pick<RunSecrets, 'lookup' | 'issue'>;
};

/**
 * Writes the compose form of a site into `directory`, which is made when absent; files of an earlier rendering are
 * replaced. Nothing is generated but nginx's certificate: rejects with NV_SECRET_UNKNOWN when the cluster has no
 * secrets yet, NV_SECRET_INVALID when one cannot stand in an .env file, NV_TEMPLATE_FAILED, or NV_INVENTORY_INVALID
 * when an archive is not there.
 */
export async function renderCompose({ site, directory, renderer, secrets }: ComposeInput): Promise<ComposeResult> {
  const files = composeFiles(site, renderer.renderTemplate);
  const lookup = withCertificate(secrets.lookup, site.nginx.certificate ? null : await secrets.issue(composeCertificate(site)));
  const ready = files.map((file) => ('text' in file ? { ...file, text: revealSecrets(file.text, lookupFor(file, lookup)) } : file));
  for (const file of ready) await write(file, join(directory, file.path));
  return { directory, files: files.map(({ path }) => path) };
}

function withCertificate(lookup: SecretLookup, issued: { keyPem: string; certPem: string } | null): SecretLookup {
  const made: Readonly<Record<string, string>> = issued ? { 'cert-key': issued.keyPem, 'cert-pem': issued.certPem } : {};
  return (name) => made[name] ?? lookup(name);
}

/** Values in `.env` stand between single quotes, where neither compose implementation knows a way to write these two. */
function lookupFor(file: ComposeFile, lookup: SecretLookup): SecretLookup {
  if (file.path !== '.env') return lookup;
  return (name) => {
    const value = lookup(name);
    if (!/['\\]/.test(value)) return value;
    const hint = `Rotate it, or use the hosts' form: netvis-ctl apply.`;
    throw new NvError({ code: 'NV_SECRET_INVALID', message: `the secret ${name} holds ' or \\, which an .env file cannot`, hint });
  };
}

async function write(file: ComposeFile, path: string): Promise<void> {
  await mkdir(dirname(path), { recursive: true });
  if ('text' in file) return replaceFile(path, { bytes: file.text, mode: file.mode });
  try {
    await copyFile(file.copyOf, path);
  } catch (cause) {
    throw new NvError({ code: 'NV_INVENTORY_INVALID', message: `${file.copyOf} cannot be copied`, hint: 'Build it first.' }, { cause });
  }
}
