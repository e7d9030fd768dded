import { cellsOf } from './matrix.ts';
import { matrix } from './schema/matrix.ts';
import { SUBSTRATES } from './schema/substrate.ts';
import { valueAt } from './source/messages.ts';
import { nearest } from './source/nearest.ts';
import { Merged } from './source/overrides.ts';
import type { Path, Problem } from './source/source.ts';
import type { Cell, Substrate } from './spec.ts';

const SPEC: Path = ['spec'];
const MATRIX: Path = ['spec', 'matrix'];

/** The data as written, with each cell of its matrix, and with each substrate's overrides merged. */
export function variants(data: unknown): { merged: Merged[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const overrides = valueAt(data, ['spec', 'overrides']);
  const merged = [Merged.of(data)];
  const axes = matrix.safeParse(valueAt(data, MATRIX) ?? {});
  const cells = axes.success ? cellsOf(axes.data) : [{}];
  merged.push(...cells.map((cell) => inCell(Merged.of(data), cell)));
  if (cells.length === 0) {
    const message = 'expected to leave a combination of the matrix to run, got none';
    problems.push({ path: [...MATRIX, 'exclude'], code: 'unused', message });
  }
  for (const substrate of SUBSTRATES) {
    const patch = valueAt(overrides, [substrate]);
    if (patch === undefined || patch === null || typeof patch !== 'object' || Array.isArray(patch)) continue;
    const from = ['spec', 'overrides', substrate];
    for (const field of ['overrides', 'matrix', 'substrate']) {
      if (!(field in patch)) continue;
      const message = `expected fields of the spec in an override, got \`${field}\`, which is for the whole scenario`;
      problems.push({ path: [...from, field], at: 'key', code: 'unknown-field', message });
    }
    merged.push(
      Merged.of(data).with(patch, from, SPEC, (path, name) => problems.push(unknownPhase(data, path, name))),
    );
  }
  return { merged, problems };
}

function unknownPhase(data: unknown, path: Path, name: unknown): Problem {
  const phases = valueAt(data, ['spec', 'phases']);
  const names = (Array.isArray(phases) ? phases : []).flatMap((phase) =>
    String(valueAt(phase, ['name']) ?? []),
  );
  if (typeof name !== 'string') {
    return {
      path,
      code: 'missing-field',
      message: 'missing field `name`: expected the name of the phase that is changed',
    };
  }
  const meant = nearest(name, names);
  const hint = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
  const list = names.map((known) => `\`${known}\``).join(', ');
  return {
    path: [...path, 'name'],
    code: 'unknown-name',
    message: `expected the name of a phase, one of ${list}, got "${name}"${hint}`,
  };
}

/** The data as it is meant on a substrate, in one cell of the matrix. */
export function mergedFor(data: unknown, substrate: Substrate, cell: Cell): Merged {
  const from = ['spec', 'overrides', substrate];
  return inCell(
    Merged.of(data).with(valueAt(data, from) ?? {}, from, SPEC, () => {}),
    cell,
  );
}

/** A field of the spec with another value, as a file would have it; `['phases', 'churn', 'pods']` names the phase. */
export interface Setting {
  readonly path: readonly string[];
  readonly value: unknown;
}

/** The data with other values, which no file holds: mistakes in them are shown where the field stands. */
export function withSettings(
  data: Merged,
  settings: readonly Setting[],
): { readonly merged: Merged; readonly problems: readonly Problem[] } {
  const problems: Problem[] = [];
  let merged = data;
  for (const { path, value } of settings) {
    const [first, name, ...rest] = path;
    if (first === 'phases' && rest.length > 0) {
      const fields = rest.reduceRight<unknown>((inner, key) => ({ [key]: inner }), value);
      const patch = { phases: [{ name, ...(fields as object) }] };
      merged = merged.with(patch, SPEC, SPEC, (_, unknown) =>
        problems.push(unknownPhase(data.data, [...SPEC, 'phases'], unknown)),
      );
    } else {
      const place = [...SPEC, ...path];
      merged = merged.with(value, place, place, () => {});
      if (!Object.is(valueAt(merged.data, place), value)) problems.push(noField(place));
    }
  }
  return { merged, problems };
}

function noField(path: Path): Problem {
  const message = `expected a field that can be set, got \`${path.slice(1).join('.')}\`: lists are set as a whole`;
  return { path, code: 'unknown-field', message };
}

/** Axes of a matrix that are not fields of the lab, with the place of their value. */
const ELSEWHERE = {
  level: [...SPEC, 'level'],
  ipam: [...SPEC, 'lab', 'ipam', 'mode'],
  store: [...SPEC, 'lab', 'ipam', 'store'],
  cooldown: [...SPEC, 'lab', 'ipam', 'cooldown'],
} as const satisfies Partial<Record<keyof Cell, Path>>;

function inCell(merged: Merged, { level, ipam, store, cooldown, serviceCount, ...lab }: Cell): Merged {
  let changed = Object.keys(lab).length === 0 ? merged : merged.with(lab, MATRIX, [...SPEC, 'lab'], () => {});
  for (const [axis, value] of Object.entries({ level, ipam, store, cooldown })) {
    if (value === undefined) continue;
    const place = ELSEWHERE[axis as keyof typeof ELSEWHERE];
    changed = changed.with(value, [...MATRIX, axis], place, () => {});
  }
  const name = phaseOfServices(merged.data);
  if (serviceCount === undefined || name === undefined) return changed;
  const patch = { phases: [{ name, services: serviceCount }] };
  return changed.with(patch, [...MATRIX, 'serviceCount'], SPEC, () => {});
}

/** Name of the phase whose Services a matrix counts: the first that has some. */
function phaseOfServices(data: unknown): unknown {
  const phases = valueAt(data, ['spec', 'phases']);
  const all: readonly unknown[] = Array.isArray(phases) ? phases : [];
  return valueAt(
    all.find((phase) => valueAt(phase, ['services']) !== undefined),
    ['name'],
  );
}

/** The problem where it is written: in an override, if the value comes from there. */
export function at(merged: Merged, problem: Problem): Problem {
  return { ...problem, path: merged.origin(problem.path) };
}

/** What overrides and matrix changed, one line each. */
export function changesOf(merged: Merged): string[] {
  return merged.changes.map(({ path, to, from }) => {
    const names = path.slice(1).map((step, index) => {
      const phase = typeof step === 'number' ? valueAt(merged.data, path.slice(0, index + 2)) : undefined;
      return phase === undefined ? String(step) : String(valueAt(phase, ['name']) ?? step);
    });
    const before = from === undefined ? 'not in the scenario' : `${inline(from)} in the scenario`;
    return `${names.join('.')}: ${inline(to)} (${before})`;
  });
}

function inline(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
