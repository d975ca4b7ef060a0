import type * as z from 'zod';
import type { InventoryPath } from './inventory-document.ts';
import { inventorySchema } from './schema.ts';

/** The settings the schema knows below a path; none where it takes any name, or nothing. */
export function keysAt(path: InventoryPath): readonly string[] {
  const schema = schemaAt(path);
  const definition = schema && definitionOf(schema);
  return definition?.type === 'object' ? Object.keys(definition.shape) : [];
}

/** What the schema says a setting is for. */
export function descriptionAt(path: InventoryPath): string | undefined {
  return (schemaAt(path) as z.ZodType | undefined)?.description;
}

type Schema = z.core.$ZodType;

function schemaAt(path: InventoryPath): Schema | undefined {
  return path.reduce<Schema | undefined>((at, part) => at && below(at, part), inventorySchema);
}

function below(schema: Schema, part: string | number): Schema | undefined {
  const definition = definitionOf(schema);
  if (definition.type === 'object') return definition.shape[part];
  if (definition.type === 'record') return definition.valueType;
  return undefined;
}

/** The definition under any default and optional wrappers. */
function definitionOf(schema: Schema): z.core.$ZodTypes['_zod']['def'] {
  const { def } = (schema as z.core.$ZodTypes)._zod;
  return 'innerType' in def ? definitionOf(def.innerType) : def;
}
