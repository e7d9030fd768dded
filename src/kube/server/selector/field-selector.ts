import type { KubeObject } from '../../types.ts';
import { badRequest } from '../status/errors.ts';

/** Reads one selectable field; absent is ''. */
export type FieldReader = (object: KubeObject) => string;
export type FieldReaders = ReadonlyMap<string, FieldReader>;

interface Term {
  readonly field: string;
  readonly value: string;
  readonly negated: boolean;
  readonly read: FieldReader;
}

/** Terms joined by "and". */
export class FieldSelector {
  readonly terms: readonly Term[];

  constructor(terms: readonly Term[]) {
    this.terms = terms;
  }

  matches(object: KubeObject): boolean {
    for (const { read, value, negated } of this.terms) if ((read(object) === value) === negated) return false;
    return true;
  }

  /** The value a field is required to have, so that an index can be used. */
  required(field: string): string | undefined {
    return this.terms.find((term) => term.field === field && !term.negated)?.value;
  }
}

/** Parses `a=b,c!=d` (k8s.io/apimachinery/pkg/fields). Throws 400, also for a field that cannot be selected. */
export function fieldSelector(text: string | undefined, readers: FieldReaders): FieldSelector | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  const terms = text.split(/(?<!\\),/).map((part) => {
    const match = /^([^=!]+?)(==|!=|=)(.*)$/s.exec(part);
    if (!match) throw badRequest(`invalid selector: '${text}'; can't understand '${part}'`);
    const [, field, operator, raw] = match as unknown as [string, string, string, string];
    const read = readers.get(field.trim());
    if (!read) throw unknownField(field.trim(), readers);
    const value = raw.replace(/\\([\\,=])/g, '$1');
    return { field: field.trim(), value, negated: operator === '!=', read };
  });
  return new FieldSelector(terms);
}

/** Kinds with fields of their own say it in other words than those without. */
function unknownField(field: string, readers: FieldReaders) {
  if (readers.size > 2) return badRequest(`field label not supported: ${field}`);
  const only = 'only "metadata.name", "metadata.namespace"';
  return badRequest(`"${field}" is not a known field selector: ${only}`);
}

/** A reader for a dotted path. */
export function readPath(path: string): FieldReader {
  const steps = path.split('.');
  return (object) => {
    let value: unknown = object;
    for (const step of steps) {
      if (typeof value !== 'object' || value === null) return '';
      value = (value as Record<string, unknown>)[step];
    }
    return value === undefined || value === null ? '' : String(value);
  };
}

/** A reader for a boolean that is false when absent. */
export function flag(path: string): FieldReader {
  const read = readPath(path);
  return (object) => read(object) || 'false';
}

/** Readers for dotted paths; every resource can be selected by its name and namespace. */
export function fieldReaders(...paths: string[]): FieldReaders {
  const readers = new Map<string, FieldReader>([
    ['metadata.name', (object) => object.metadata.name ?? ''],
    ['metadata.namespace', (object) => object.metadata.namespace ?? ''],
  ]);
  for (const path of paths) readers.set(path, readPath(path));
  return readers;
}
