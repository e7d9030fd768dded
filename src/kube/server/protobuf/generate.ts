/**
 * Writes messages.json: how the kinds that clients send are laid out in protobuf, out of the struct tags of
 * Kubernetes' Go types. Run: `node src/kube/server/protobuf/generate.ts API APIMACHINERY`, with the folders of
 * the Go modules k8s.io/api and k8s.io/apimachinery (`go mod download -json k8s.io/api@v0.34.4`).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { RECEIVED_KINDS } from './received-kinds.ts';

const [api, machinery] = process.argv.slice(2);
if (!api || !machinery) throw new Error('usage: generate.ts API APIMACHINERY');

/** Go types with a form of their own; see decode.ts for each. */
const SPECIAL: Readonly<Record<string, string>> = {
  'metav1.Time': 'time',
  'metav1.MicroTime': 'time',
  'meta/v1.Time': 'time',
  'meta/v1.MicroTime': 'time',
  'resource.Quantity': 'quantity',
  'intstr.IntOrString': 'intOrString',
  'meta/v1.FieldsV1': 'rawJson',
  'runtime.RawExtension': 'rawJson',
  'types.UID': 'string',
  'types.NodeName': 'string',
  '[]byte': 'bytes',
  string: 'string',
  bool: 'bool',
  int: 'int',
  int32: 'int',
  int64: 'int',
};

interface Package {
  readonly structs: ReadonlyMap<string, string>;
  readonly aliases: ReadonlyMap<string, string>;
}

const packages = new Map<string, Package>();

function load(name: string): Package {
  const known = packages.get(name);
  if (known) return known;
  const folder = name === 'meta/v1' ? path.join(machinery!, 'pkg/apis/meta/v1') : path.join(api!, name);
  const text = readFileSync(path.join(folder, 'types.go'), 'utf8').replace(/^\s*\/\/.*$/gm, '');
  const structs = new Map(
    [...text.matchAll(/^type (\w+) struct \{\n([\s\S]*?)^\}/gm)].map((m) => [m[1]!, m[2]!]),
  );
  const aliases = new Map([...text.matchAll(/^type (\w+) =? ?([^\s{]+)$/gm)].map((m) => [m[1]!, m[2]!]));
  const loaded = { structs, aliases };
  packages.set(name, loaded);
  return loaded;
}

/** `v1.Pod` of another package, or `Pod` of this one, as `core/v1.Pod`. */
function resolve(type: string, home: string): [pkg: string, name: string] {
  const [prefix, name] = type.includes('.') ? (type.split('.') as [string, string]) : ['', type];
  if (prefix === '') return [home, name];
  return [prefix === 'metav1' ? 'meta/v1' : 'core/v1', name];
}

function notation(type: string, home: string): string | undefined {
  if (type.startsWith('*')) return notation(type.slice(1), home);
  const special = SPECIAL[type] ?? SPECIAL[`${home}.${type}`];
  if (special) return special;
  if (type.startsWith('[]')) return prefixed('[]', notation(type.slice(2), home));
  const map = /^map\[\w+(?:\.\w+)?\](.+)$/.exec(type);
  if (map) return prefixed('{}', notation(map[1]!, home));
  const [pkg, name] = resolve(type, home);
  const { structs, aliases } = load(pkg);
  if (SPECIAL[`${pkg}.${name}`]) return SPECIAL[`${pkg}.${name}`];
  const alias = aliases.get(name);
  if (alias) return notation(alias, pkg);
  if (!structs.has(name)) return undefined;
  addMessage(pkg, name);
  return `${pkg}.${name}`;
}

const prefixed = (prefix: string, rest: string | undefined) => rest && prefix + rest;

const messages: Record<string, Record<string, string>> = {};

/** Notation of a field: `name type`; `?` after the name drops zero values, `*` keeps them; '' is an inlined struct. */
function addMessage(pkg: string, name: string): void {
  const id = `${pkg}.${name}`;
  if (messages[id]) return;
  const fields: Record<string, string> = {};
  messages[id] = fields;
  const line = /^\s*(?:(\w+)\s+)?([\w.*[\]]+)\s+`(.*)`/gm;
  for (const [, , type, tags] of load(pkg).structs.get(name)!.matchAll(line)) {
    const number = /protobuf:"\w+,(\d+)/.exec(tags!)?.[1];
    const [json = '', ...options] = (/json:"([^"]*)"/.exec(tags!)?.[1] ?? '-').split(',');
    const described = number === undefined || json === '-' ? undefined : notation(type!, pkg);
    if (described === undefined) continue;
    const drops = !type!.startsWith('*') && options.includes('omitempty') && !options.includes('inline');
    fields[number!] = `${options.includes('inline') ? '' : json}${drops ? '?' : '*'} ${described}`;
  }
}

for (const id of Object.values(RECEIVED_KINDS)) {
  const [pkg, name] = id.split('.') as [string, string];
  addMessage(pkg, name);
}
const lines = Object.keys(messages)
  .sort()
  .map((id) => `${JSON.stringify(id)}:${JSON.stringify(messages[id])}`);
writeFileSync(path.join(import.meta.dirname, 'messages.json'), `{\n${lines.join(',\n')}\n}\n`);
console.log(`messages.json: ${lines.length} messages`);
