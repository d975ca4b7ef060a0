import { writeFileSync } from 'node:fs';
import { inventoryJsonSchema } from '../control-plane/src/core/inventory/json-schema.ts';

/** Writes inventory/inventory.schema.json anew; a test says when it is not current. */
writeFileSync(new URL('../inventory/inventory.schema.json', import.meta.url), `${JSON.stringify(inventoryJsonSchema(), null, 2)}\n`);
