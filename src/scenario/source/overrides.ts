import { FIELDS_OF_ONE_MODE } from '../schema/ipam.ts';
import type { Path } from './source.ts';

type Fields = Readonly<Record<string, unknown>>;

/** Fields that decide which others may stand beside them: a new value replaces the whole map. */
const TAGS = ['process', 'distribution', 'mode'];

/**
 * Data merged from several places of one file: what came out, and where each part is written, so that
 * a mistake in an override is shown in the override.
 */
export class Merged {
  readonly data: unknown;
  readonly #origins: ReadonlyMap<string, Path>;
  /** Each field that was changed, with its new and its old value. */
  readonly changes: readonly { readonly path: Path; readonly to: unknown; readonly from: unknown }[];

  private constructor(data: unknown, origins: ReadonlyMap<string, Path>, changes: Merged['changes']) {
    this.data = data;
    this.#origins = origins;
    this.changes = changes;
  }

  static of(data: unknown): Merged {
    return new Merged(data, new Map(), []);
  }

  /**
   * Merges `patch`, which is written at `from`, into the value at `at`: maps field by field, phases by
   * name, everything else as a whole. A phase that the scenario does not have is left out and handed
   * to `unknownPhase` with its path.
   */
  with(patch: unknown, from: Path, at: Path, unknownPhase: (path: Path, name: unknown) => void): Merged {
    const origins = new Map(this.#origins);
    const changes = [...this.changes];
    const replace = (to: unknown, path: Path, origin: Path, old: unknown): unknown => {
      origins.set(keyOf(path), origin);
      changes.push({ path, to, from: old });
      return to;
    };
    const mergePhases = (
      base: readonly unknown[],
      phases: readonly unknown[],
      path: Path,
      origin: Path,
    ): unknown => {
      const merged = [...base];
      for (const [index, phase] of phases.entries()) {
        const name = isFields(phase) ? phase.name : undefined;
        const found = base.findIndex((candidate) => isFields(candidate) && candidate.name === name);
        if (found < 0) unknownPhase([...origin, index], name);
        else merged[found] = merge(base[found], phase, [...path, found], [...origin, index]);
      }
      return merged;
    };
    const merge = (base: unknown, value: unknown, path: Path, origin: Path): unknown => {
      if (Array.isArray(base) && Array.isArray(value) && path.at(-1) === 'phases') {
        return mergePhases(base, value, path, origin);
      }
      if (!isFields(base) || !isFields(value)) {
        return Object.is(base, value) ? base : replace(value, path, origin, base);
      }
      const isOther = TAGS.some((tag) => tag in value && value[tag] !== base[tag]);
      if (isOther && path.at(-1) !== 'ipam') return replace(value, path, origin, base);
      const merged: Record<string, unknown> = { ...(isOther ? forOtherMode(base) : base) };
      for (const [key, inner] of Object.entries(value)) {
        merged[key] = merge(base[key], inner, [...path, key], [...origin, key]);
      }
      return merged;
    };
    const graft = (value: unknown, rest: Path): unknown => {
      const [step, ...deeper] = rest;
      if (step === undefined) return merge(value, patch, at, from);
      if (value !== undefined && !isFields(value)) return value;
      const fields = value ?? {};
      return { ...fields, [step]: graft(fields[step], deeper) };
    };
    return new Merged(graft(this.data, at), origins, changes);
  }

  /** Where in the file the value at `path` is written. */
  origin(path: Path): Path {
    for (let length = path.length; length > 0; length--) {
      const origin = this.#origins.get(keyOf(path.slice(0, length)));
      if (origin !== undefined) return [...origin, ...path.slice(length)];
    }
    return path;
  }
}

/** What a new mode of IPAM leaves: pools and most else go with every mode. */
function forOtherMode(ipam: Fields): Fields {
  return Object.fromEntries(Object.entries(ipam).filter(([name]) => !(name in FIELDS_OF_ONE_MODE)));
}

function keyOf(path: Path): string {
  return path.join('\0');
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
