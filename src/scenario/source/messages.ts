import type { z } from 'zod';
import type { JsonSchema } from '../json-schema.ts';
import { nearest } from './nearest.ts';
import { placesOf, variantsAt } from './shape.ts';
import type { Path, Problem } from './source.ts';
import { chooseVariant } from './union.ts';

export type Issue = z.core.$ZodIssue;

/** What the schema found wrong with `data`, as "expected …, got …". */
export function schemaProblems(issues: readonly Issue[], data: unknown): Problem[] {
  const problems = issues.flatMap((issue) => problemsOf(issue, [], data));
  // A field that is missing because its name is misspelt is one mistake.
  const meant = new Set(problems.flatMap((problem) => problem.meant?.join('\0') ?? []));
  return problems.filter(({ code, path }) => code !== 'missing-field' || !meant.has(path.join('\0')));
}

/** A problem with the path of the field that an unknown one was probably meant to be. */
interface Hinted extends Problem {
  readonly meant?: Path;
}

function problemsOf(issue: Issue, above: Path, data: unknown): Hinted[] {
  const path = [...above, ...(issue.path as Path)];
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) => unknownField([...path, key], data));
    case 'invalid_union': {
      const value = valueAt(data, path);
      // Unions of plain values have a message of their own; undefined is a field that is not there.
      if (
        value === undefined ||
        issue.errors.every((variant) => variant.every(({ path }) => path.length === 0))
      ) {
        const choices = issue.errors.flatMap((variant) =>
          variant.flatMap((inner) => (inner.code === 'invalid_value' ? inner.values : [])),
        );
        return [wrongValue(path, value, expectation(issue) ?? 'a map of fields', choices)];
      }
      return chooseVariant(issue.errors).flatMap((inner) => problemsOf(inner, path, data));
    }
    case 'invalid_value':
      return [wrongValue(path, valueAt(data, path), oneOf(issue.values), issue.values)];
    case 'invalid_key': // An unknown name in a map whose names are an enumeration.
      return [unknownField(path, data)];
    default:
      return [wrongValue(path, valueAt(data, path), expectation(issue) ?? expectedType(issue))];
  }
}

/** Messages of our own schema are noun phrases; zod's begin with a capital letter. */
function expectation(issue: Issue): string | undefined {
  return /^[A-Z]/.test(issue.message) ? undefined : issue.message;
}

function expectedType(issue: Issue): string {
  const type = issue.code === 'invalid_type' ? issue.expected : '';
  return type === 'object' || type === 'record'
    ? 'a map of fields'
    : type === 'array'
      ? 'a list'
      : `a valid value (${issue.message})`;
}

function wrongValue(path: Path, value: unknown, expected: string, choices: readonly unknown[] = []): Problem {
  if (value === undefined) {
    const message = `missing field \`${path.at(-1)}\`: expected ${expected}`;
    return { path, at: 'key', code: 'missing-field', message };
  }
  const hint = suggestion(value, expected, choices);
  return { path, code: 'wrong-value', message: `expected ${expected}, got ${show(value)}${hint}` };
}

function suggestion(value: unknown, expected: string, choices: readonly unknown[]): string {
  let meant: string | undefined;
  if (typeof value === 'string') meant = nearest(value, choices.map(String));
  if (typeof value === 'number' && value > 0) {
    if (expected.startsWith('a duration')) meant = `${value}s`;
    if (expected.startsWith('a rate')) meant = `${value}/s`;
  }
  return meant === undefined || meant === value ? '' : ` (did you mean \`${meant}\`?)`;
}

function unknownField(path: Path, data: unknown): Hinted {
  const name = String(path.at(-1));
  const parent = path.slice(0, -1);
  const all = variantsAt(parent, data);
  const chosen = matching(all, valueAt(data, parent));
  const known = Object.keys(chosen?.properties ?? {});
  const list = known.map((key) => `\`${key}\``).join(', ');
  const problem = (hint: string, meant?: string): Hinted => {
    const message = `unknown field \`${name}\`${hint}`;
    return {
      path,
      at: 'key',
      code: 'unknown-field',
      message,
      ...(meant ? { meant: [...parent, meant] } : {}),
    };
  };
  if (name.includes(' ') && valueAt(data, path) === null) {
    return problem(': a comma ends a text inside `{ }`, so quote the text');
  }
  const tag = chosen === undefined ? '' : tagOf(chosen, all);
  if (tag !== '' && all.some((variant) => variant.properties?.[name] !== undefined)) {
    return problem(`: it does not go with ${tag}, which takes ${list}`);
  }
  const meant = nearest(name, known);
  if (meant !== undefined) return problem(`, expected one of ${list} (did you mean \`${meant}\`?)`, meant);
  const elsewhere = placesOf(name).map((place) => `\`${place}\``);
  const hint =
    elsewhere.length > 0 && elsewhere.length <= 3 ? ` (it belongs in ${elsewhere.join(' or ')})` : '';
  return problem(`, expected one of ${list}${hint}`);
}

/** The variant of a union that a map was probably meant as: constants agree first, then shared fields. */
function matching(all: readonly JsonSchema[], value: unknown): JsonSchema | undefined {
  const fields = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const score = (variant: JsonSchema): number => {
    let sum = 0;
    for (const [key, property] of Object.entries(variant.properties ?? {})) {
      if (!(key in fields)) sum -= variant.required?.includes(key) ? 0.1 : 0;
      else sum += property.const === undefined ? 1 : property.const === fields[key] ? 100 : -100;
    }
    return sum;
  };
  return all.toSorted((a, b) => score(b) - score(a))[0];
}

/** What tells a variant from the others: `process: ramp`, a field that only it must have, or both. */
function tagOf(variant: JsonSchema, all: readonly JsonSchema[]): string {
  const others = all.filter((other) => other !== variant);
  const constant = Object.entries(variant.properties ?? {}).find(
    ([, { const: value }]) => value !== undefined,
  );
  const [name, field] = constant ?? [];
  const twins =
    name === undefined ? others : others.filter((other) => other.properties?.[name]?.const === field!.const);
  const own =
    twins.length === 0
      ? undefined
      : variant.required?.find((key) => twins.every((other) => other.properties?.[key] === undefined));
  const tags = [
    ...(name === undefined ? [] : [`${name}: ${field!.const}`]),
    ...(own === undefined ? [] : [own]),
  ];
  return tags.map((tag) => `\`${tag}\``).join(' and ');
}

/** The value that a path leads to; undefined when the path leaves the tree. */
export function valueAt(data: unknown, path: Path): unknown {
  let value = data;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function oneOf(values: readonly unknown[]): string {
  const shown = values.map((value) => `\`${value}\``);
  return shown.length === 1 ? shown[0]! : `one of ${shown.join(', ')}`;
}

/** A value as a message names it. */
function show(value: unknown): string {
  if (value === null || value === undefined) return 'nothing';
  if (typeof value === 'string') return value === '' ? 'an empty text' : JSON.stringify(value);
  if (typeof value === 'number') return `${value} (a number)`;
  if (typeof value === 'boolean') return `${value} (a boolean)`;
  if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
  return 'a map of fields';
}
