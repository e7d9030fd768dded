import { type JsonSchema, scenarioJsonSchema } from '../json-schema.ts';
import { suiteJsonSchema } from '../suite/suite-json-schema.ts';
import type { Path } from './source.ts';

let schema: JsonSchema | undefined;

/** The fields that may stand where `path` leads in a file such as `data`: one entry per variant of a union. */
export function variantsAt(path: Path, data: unknown): readonly JsonSchema[] {
  schema ??= scenarioJsonSchema();
  const isSuite = (data as { readonly kind?: unknown } | null)?.kind === 'Suite';
  let here: JsonSchema[] = [isSuite ? suiteJsonSchema() : schema];
  for (const step of path) {
    here = here.flatMap(variants).flatMap((variant) => {
      const next = typeof step === 'number' ? variant.items : variant.properties?.[step];
      return next === undefined ? [] : [next];
    });
  }
  return here.flatMap(variants).filter((variant) => variant.properties !== undefined);
}

function variants(found: JsonSchema): JsonSchema[] {
  const resolved = found.$ref === undefined ? found : schema!.definitions![found.$ref.split('/').at(-1)!]!;
  return resolved.anyOf?.flatMap(variants) ?? [resolved];
}

/** Where else in a scenario a field of this name may stand, as `spec.lab.nodes`; overrides left out. */
export function placesOf(name: string): readonly string[] {
  schema ??= scenarioJsonSchema();
  const places = new Set<string>();
  const visit = (found: JsonSchema, place: string): void => {
    for (const variant of found.anyOf ?? [found]) {
      if (variant.items !== undefined) visit(variant.items, `${place}[]`);
      for (const [key, value] of Object.entries(variant.properties ?? {})) {
        const inner = place === '' ? key : `${place}.${key}`;
        if (key === name) places.add(inner);
        if (!/^spec\.(overrides|matrix)/.test(inner)) visit(value, inner);
      }
    }
  };
  visit(schema, '');
  return [...places];
}
