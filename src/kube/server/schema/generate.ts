/**
 * Writes types.json: the fields of the Kubernetes types the server serves, out of the models of
 * @kubernetes/client-node (themselves generated from Kubernetes' OpenAPI). Loading those models at run time
 * would cost the control plane 0.6 s and 90 MB. Run: `node src/kube/server/schema/generate.ts`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import * as models from '@kubernetes/client-node';
import { SERVED_TYPES } from './served-types.ts';

interface Attribute {
  readonly name: string;
  readonly baseName: string;
  readonly type: string;
  readonly format: string;
}

type ModelClass = { getAttributeTypeMap?: () => Attribute[] };

/** Quantities are plain strings in the models, but clients may send numbers for them. */
const QUANTITIES = new Set([
  'limits',
  'requests',
  'capacity',
  'allocatable',
  'overhead',
  'allocatedResources',
]);

const entry = createRequire(import.meta.url).resolve('@kubernetes/client-node');
const modelFolder = path.join(path.dirname(entry), 'gen/models');

/** Compact notation: `[]T` list, `{}T` map, `!` in front of a required field; T a model's name or a scalar. */
function notation(attribute: Attribute): string {
  const list = /^(?:Array|Set)<(.+)>$/.exec(attribute.type);
  if (list) return `[]${scalar(list[1]!, attribute)}`;
  const map = /^\{ \[key: string\]: (.+); \}$/.exec(attribute.type);
  if (map) return `{}${QUANTITIES.has(attribute.baseName) ? 'quantity' : scalar(map[1]!, attribute)}`;
  return scalar(attribute.type, attribute);
}

function scalar(type: string, { format }: Attribute): string {
  if (type === 'number') return format === 'double' ? 'number' : 'integer';
  if (type === 'Date' || type === 'V1MicroTime') return 'time';
  if (type === 'IntOrString') return 'intOrString';
  if (type.startsWith('Array<')) return 'any';
  return type;
}

function requiredFields(model: string): Set<string> {
  const text = readFileSync(path.join(modelFolder, `${model}.d.ts`), 'utf8');
  return new Set([...text.matchAll(/^ {4}'([^']+)': /gm)].map((match) => match[1]!));
}

const types: Record<string, Record<string, string>> = {};
const pending: string[] = Object.values(SERVED_TYPES);
for (let model = pending.pop(); model !== undefined; model = pending.pop()) {
  if (types[model]) continue;
  const attributes = (models as unknown as Record<string, ModelClass>)[model]?.getAttributeTypeMap?.();
  if (!attributes) throw new Error(`@kubernetes/client-node has no model ${model}`);
  const required = requiredFields(model);
  const fields: Record<string, string> = {};
  for (const attribute of attributes) {
    const text = notation(attribute);
    fields[attribute.baseName] = required.has(attribute.name) ? `!${text}` : text;
    const referred = text.replace(/^(\[\]|\{\})/, '');
    if (/^(V\d|Core|Discovery|Events|Storage|Admission)/.test(referred)) pending.push(referred);
  }
  types[model] = fields;
}
const lines = Object.keys(types)
  .sort()
  .map((model) => `${JSON.stringify(model)}:${JSON.stringify(types[model])}`);
writeFileSync(path.join(import.meta.dirname, 'types.json'), `{\n${lines.join(',\n')}\n}\n`);
console.log(`types.json: ${lines.length} types`);
