import * as z from 'zod';
import { inventorySchema } from './schema.ts';

/**
 * The inventory as JSON Schema, for editors: what a user writes, so ranges in host names and addresses are allowed and
 * everything with a default may be left out.
 */
export function inventoryJsonSchema(): object {
  const schema = z.toJSONSchema(inventorySchema, { io: 'input', override: allowRanges });
  return { ...schema, title: 'NetVis inventory' };
}

type Override = { readonly jsonSchema: z.core.JSONSchema.BaseSchema; readonly path: readonly (string | number)[] };

const hostKey = '^[a-z][a-z0-9-]*(\\[[0-9a-z]+:[0-9a-z]+(:[0-9]+)?\\][a-z0-9-]*)?$';
const rangedAddress = { type: 'string' as const, pattern: '^[0-9A-Fa-f.:]*\\[[0-9a-f]+:[0-9a-f]+(:[0-9]+)?\\][0-9A-Fa-f.:]*$' };

function allowRanges({ jsonSchema, path }: Override): void {
  const place = path.join('/');
  if (place === 'properties/hosts') jsonSchema.propertyNames = { type: 'string', pattern: hostKey };
  if (place === 'properties/hosts/additionalProperties/properties/address') jsonSchema.anyOf = [...(jsonSchema.anyOf ?? []), rangedAddress];
}
