import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';

type Schema = Record<string, unknown>;
type MediaTypes = Readonly<Record<string, { readonly schema?: Schema }>>;
type Operation = { readonly responses: Readonly<Record<string, { readonly content?: MediaTypes }>> };
export type OpenApiDocument = { readonly openapi: string; readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>> };

export type Answer = { readonly statusCode: number; readonly headers: Readonly<Record<string, unknown>>; readonly body: string };

/** Judges answers by the document a service publishes. */
export type DocumentJudge = {
  /** What of the answer the document does not allow; empty = it is as described. */
  faults(method: string, path: string, answer: Answer): readonly string[];
  /** What of a value a component's schema does not allow. */
  componentFaults(component: string, value: unknown): readonly string[];
};

export function judgeBy(document: OpenApiDocument): DocumentJudge {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  addFormats.default(ajv);
  ajv.addSchema(document as object, 'document');
  const faultsOf = (pointer: readonly string[], value: unknown) => {
    const validate = ajv.getSchema(`document#/${pointer.map(escapePointer).join('/')}`);
    if (!validate) throw new Error(`${pointer.join(' ')} is no schema`);
    return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.message}`);
  };
  return {
    faults(method, path, answer) {
      const pointer = ['paths', path, method.toLowerCase(), 'responses', statusKey(document, { method, path, status: answer.statusCode })];
      const response = lookUp(document, pointer) as { content?: Record<string, unknown> } | undefined;
      if (!response) return [`${pointer.join(' ')} is not described`];
      const type = String(answer.headers['content-type']).split(';')[0] ?? '';
      if (!response.content) return answer.body === '' ? [] : ['a body where none is described'];
      if (!(type in response.content)) return [`${type} is not described`];
      return faultsOf([...pointer, 'content', type, 'schema'], bodyOf(type, answer.body));
    },
    componentFaults: (component, value) => faultsOf(['components', 'schemas', component], value),
  };
}

/** A status is described by its number or by its class, `4XX`. */
function statusKey(document: OpenApiDocument, { method, path, status }: { method: string; path: string; status: number }): string {
  const exact = String(status);
  const described = document.paths[path]?.[method.toLowerCase()]?.responses ?? {};
  return exact in described ? exact : `${exact[0]}XX`;
}

function lookUp(value: unknown, pointer: readonly string[]): unknown {
  return pointer.reduce((part, key) => (part as Record<string, unknown> | undefined)?.[key], value);
}

function bodyOf(type: string, body: string): unknown {
  return type.endsWith('json') ? JSON.parse(body) : body;
}

function escapePointer(part: string): string {
  return encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1'));
}
