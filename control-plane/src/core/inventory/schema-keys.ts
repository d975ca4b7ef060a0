import type * as z from 'zod';
import type { InventoryPath } from './inventory-document.ts';
import { inventorySchema } from './schema.ts';

/** The settings the schema knows below a path; none where it takes any name, or nothing. */
export function keysAt(path: InventoryPath): readonly string[] {
  const schema = schemaAt(path);
  const definition = schema && definitionOf(schema);
  return definition?.type === 'object' ? Object.keys(definition.shape) : [];
}

/** What the schema says a setting, or the nearest one around it, is for, and what it is when left out. */
export function explanationAt(path: InventoryPath): string | undefined {
  if (path.length === 0) return undefined;
  const schema = schemaAt(path) as z.ZodType | undefined;
  const words = schema ? [...(schema.description ? [schema.description] : []), ...defaultOf(schema)] : [];
  return words.length > 0 ? words.join(' ') : explanationAt(path.slice(0, -1));
}

function defaultOf(schema: z.ZodType): readonly string[] {
  const { def } = (schema as unknown as z.core.$ZodTypes)._zod;
  return 'defaultValue' in def && typeof def.defaultValue !== 'object' ? [`Left out, it is ${def.defaultValue}.`] : [];
}

type Schema = z.core.$ZodType;

function schemaAt(path: InventoryPath): Schema | undefined {
  return path.reduce<Schema | undefined>((at, part) => at && below(at, part), inventorySchema);
}

function below(schema: Schema, part: string | number): Schema | undefined {
  const definition = definitionOf(schema);
  if (definition.type === 'object') return definition.shape[part];
  if (definition.type === 'record') return definition.valueType;
  if (definition.type === 'array') return definition.element;
  return undefined;
}

/** The definition under any default and optional wrappers. */
function definitionOf(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return 'innerType' in def ? definitionOf(def.innerType) : def;
}
