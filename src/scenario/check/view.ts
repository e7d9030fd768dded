import type { z } from 'zod';
import { change } from '../schema/changes.ts';
import { fault } from '../schema/faults.ts';
import { gate } from '../schema/gates.ts';
import { ipamMode, pool } from '../schema/ipam.ts';
import { lab } from '../schema/lab.ts';
import { phase } from '../schema/phases.ts';
import { specSchema } from '../schema/scenario.ts';
import type { Path } from '../source/source.ts';
import type { Change, Fault, Gate, IpamMode, LabSpec, Level, PoolSpec } from '../spec.ts';

/** A part of the spec that the schema accepts, with where it is. */
export interface Placed<T> {
  readonly path: Path;
  readonly value: T;
}

/**
 * The parts of a spec that the schema accepts, each for itself: the checks of one part still run when
 * another is wrong, so that all mistakes are found at once.
 */
export interface View {
  readonly seed: number;
  readonly level: Level;
  readonly lab: Placed<LabSpec> | undefined;
  /** Networks that the scenario runs with: several where a matrix varies them. */
  readonly networks: readonly string[];
  /** Modes that the scenario runs in: several where a matrix varies them, and then their fields may stand together. */
  readonly modes: readonly IpamMode[];
  /** Names of the fields of `lab.ipam` that are written down. */
  readonly ipamFields: readonly string[];
  /** The pools that are written down; none when the lab uses the default. */
  readonly pools: readonly Placed<PoolSpec>[];
  /** In order; those that the schema refuses are left out and make `complete` false. */
  readonly phases: readonly Placed<ParsedPhase>[];
  readonly gates: readonly Placed<Gate>[];
  readonly faults: readonly Placed<Fault>[];
  readonly changes: readonly Placed<Change>[];
  /** Whether every phase is in the view, so that sums over phases mean something. */
  readonly complete: boolean;
}

/** A phase before its traces are read. */
export type ParsedPhase = z.output<typeof phase>;

/** Looks at the data of a whole scenario file. */
export function viewOf(data: unknown): View {
  const spec = fieldsOf(fieldsOf(data).spec);
  const written = listOf(spec.phases);
  const phases = placedItems(phase, written, ['spec', 'phases']) as Placed<ParsedPhase>[];
  const ipam = fieldsOf(fieldsOf(spec.lab).ipam);
  const axis = listOf(fieldsOf(spec.matrix).ipam).flatMap((mode) => ipamMode.safeParse(mode).data ?? []);
  return {
    networks: [fieldsOf(spec.lab).network ?? 'churnlab', ...listOf(fieldsOf(spec.matrix).network)].map(
      String,
    ),
    modes: axis.length > 0 ? axis : [ipamMode.safeParse(ipam.mode).data ?? 'cluster-pool'],
    ipamFields: Object.keys(ipam),
    seed: specSchema.shape.seed.safeParse(spec.seed).data ?? 1,
    level: specSchema.shape.level.safeParse(spec.level).data ?? 'pod',
    lab: placed(lab, spec.lab ?? {}, ['spec', 'lab']),
    pools: placedItems(pool, listOf(ipam.pools), ['spec', 'lab', 'ipam', 'pools']),
    phases,
    gates: placedItems(gate, listOf(spec.gates), ['spec', 'gates']),
    faults: placedItems(fault, listOf(spec.faults), ['spec', 'faults']),
    changes: placedItems(change, listOf(spec.changes), ['spec', 'changes']),
    complete: phases.length === written.length && written.length > 0,
  };
}

function placed<T extends z.ZodType>(schema: T, data: unknown, path: Path): Placed<z.output<T>> | undefined {
  const parsed = schema.safeParse(data);
  return parsed.success ? { path, value: parsed.data } : undefined;
}

function placedItems<T extends z.ZodType>(
  schema: T,
  items: readonly unknown[],
  path: Path,
): Placed<z.output<T>>[] {
  return items.flatMap((item, index) => placed(schema, item, [...path, index]) ?? []);
}

function fieldsOf(data: unknown): Readonly<Record<string, unknown>> {
  return typeof data === 'object' && data !== null ? (data as Record<string, unknown>) : {};
}

function listOf(data: unknown): readonly unknown[] {
  return Array.isArray(data) ? data : [];
}

/** Whether something arrives in the phase. */
export function isChurn<T extends { kind: string }>(phase: T): phase is Extract<T, { kind: 'churn' }> {
  return phase.kind === 'churn';
}
