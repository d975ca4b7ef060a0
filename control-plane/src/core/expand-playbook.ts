import { NvError } from './errors.ts';
import type { HostVars } from './host-vars.ts';
import type { PendingVerb } from './pending.ts';
import type { Part, StepDeclaration } from './playbook.ts';
import { secretToken } from './secret.ts';
import type { SiteHost } from './site.ts';
import type { Blob, SealedText, StepKind } from './steps/step-kind.ts';

/** Renders templates and texts with a host's variables. Rejects nothing: failures are thrown as NV_TEMPLATE_FAILED. */
export type Renderer = {
  renderTemplate(name: string, vars: HostVars): string;
  renderText(text: string, vars: HostVars): string;
  /** Whether a nunjucks condition holds. */
  test(condition: string, vars: HostVars): boolean;
};

/** A step of one host, ready to be compared. `id` is unique in the host's stage. */
export type Step = {
  readonly id: string;
  readonly stage: string;
  readonly name: string;
  readonly kind: string;
  readonly tags: readonly string[];
  readonly notify: readonly UnitNotice[];
  readonly settings: unknown;
};

export type UnitNotice = { readonly unit: string; readonly verb: PendingVerb };

export type ExpandContext = {
  readonly stage: string;
  readonly vars: HostVars;
  readonly kinds: ReadonlyMap<string, StepKind<unknown>>;
  readonly renderer: Renderer;
  /**
   * `facts`: only what identifies things is rendered, and conditions on live roles are left out.
   * `compare`: everything is rendered.
   */
  readonly purpose: 'facts' | 'compare';
  readonly seal: (text: string) => SealedText;
  /** The archive to install for an artifact's name. */
  readonly artifact: (name: string) => Blob;
};

/** Steps of `part` for the host of `context.vars`, in order. Throws NV_PLAYBOOK_INVALID or NV_TEMPLATE_FAILED. */
export function expandPart(part: Part, context: ExpandContext): readonly Step[] {
  if (!hasRole(context.vars.host, part.roles)) return [];
  return part.steps.filter((step) => isWanted(step, context)).map((step) => expandStep(step, context));
}

function isWanted(step: StepDeclaration, { vars, renderer, purpose }: ExpandContext): boolean {
  if (step.roles && !hasRole(vars.host, step.roles)) return false;
  if (step.when === undefined) return true;
  if (purpose === 'facts' && /\blive\b/.test(step.when)) return true;
  return renderer.test(step.when, vars);
}

function expandStep(declaration: StepDeclaration, context: ExpandContext): Step {
  const { name, kind, roles: _roles, when: _when, tags, notify, ...settings } = declaration;
  const stepKind = context.kinds.get(kind);
  if (!stepKind) throw invalid(declaration, `there is no step kind "${kind}"`);
  const parsed = stepKind.schema.safeParse(sealSecrets(renderSettings(settings, kind, context), stepKind, context));
  if (!parsed.success) throw invalid(declaration, parsed.error.issues.map((i) => `${i.path.join('.')}: ${i.message}`).join('; '));
  const title = context.renderer.renderText(name, context.vars);
  return {
    id: `${kind}:${title}`,
    stage: context.stage,
    name: title,
    kind,
    tags,
    notify: notify.map((n) => notice(n, context)),
    settings: parsed.data,
  };
}

function renderSettings(settings: Record<string, unknown>, kind: string, context: ExpandContext): unknown {
  const { template, content, ...rest } = settings;
  const rendered = renderDeep(rest, context) as Record<string, unknown>;
  if (kind === 'artifact') return { ...rendered, ...context.artifact(String(rendered.artifact)) };
  if (template === undefined && content === undefined) return rendered;
  return {
    ...rendered,
    content: kind === 'file' ? context.seal(contentText({ template, content }, context)) : contentText({ template, content }, context),
  };
}

function sealSecrets(settings: unknown, { sealed }: StepKind<unknown>, { seal, purpose }: ExpandContext): unknown {
  if (!sealed || settings === null || typeof settings !== 'object') return settings;
  const sealName = (name: unknown) => seal(purpose === 'facts' ? '' : secretToken(String(name)));
  const sealValue = (value: unknown) =>
    value !== null && typeof value === 'object'
      ? Object.fromEntries(Object.entries(value).map(([word, name]) => [word, sealName(name)]))
      : sealName(value);
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, sealed.includes(key) ? sealValue(value) : value]));
}

function contentText(source: { template: unknown; content: unknown }, { renderer, vars, purpose }: ExpandContext): string {
  if (purpose === 'facts') return '';
  if (source.template === undefined) return renderer.renderText(String(source.content), vars);
  return renderer.renderTemplate(renderer.renderText(String(source.template), vars), vars);
}

function renderDeep(value: unknown, context: ExpandContext): unknown {
  if (typeof value === 'string') return value.includes('{') ? context.renderer.renderText(value, context.vars) : value;
  if (Array.isArray(value)) return value.map((item) => renderDeep(item, context));
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, renderDeep(item, context)]));
}

function notice(declared: { restart: string } | { reload: string }, { renderer, vars }: ExpandContext): UnitNotice {
  if ('restart' in declared) return { unit: renderer.renderText(declared.restart, vars), verb: 'restart' };
  return { unit: renderer.renderText(declared.reload, vars), verb: 'reload' };
}

function hasRole(host: SiteHost, wanted: Part['roles']): boolean {
  return wanted === 'all' || wanted.some((role) => host.roles.includes(role));
}

function invalid(step: StepDeclaration, reason: string): NvError {
  return new NvError({
    code: 'NV_PLAYBOOK_INVALID',
    message: `step "${step.name}": ${reason}`,
    hint: 'CONTRIBUTING.md lists the step kinds and their settings.',
  });
}
