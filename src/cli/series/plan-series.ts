import { createHash } from 'node:crypto';
import type { SeriesDocument, SeriesRun, SeriesVariant } from '../../measure/index.ts';
import type { Cell, ScenarioDocument, Substrate } from '../../scenario/index.ts';
import type { TypedSetting } from './set-option.ts';

/** One thing that a series runs, and its name in it. */
export interface Variant {
  readonly name: string;
  /** Without its settings. */
  readonly source: ScenarioDocument;
  readonly settings: readonly TypedSetting[];
  readonly cell: Cell;
}

export interface SeriesOptions {
  readonly substrate: Substrate;
  /** Blocks that count. */
  readonly repeat: number;
  /** Blocks before them that do not. */
  readonly warmUp: number;
  readonly coolDownNs: number;
}

export type SeriesPlan = Omit<SeriesDocument, 'apiVersion' | 'kind' | 'format' | 'id' | 'startedAt'>;

/**
 * What a series is to do. A block runs each variant once; every other block runs them backwards (ABBA), so that what slowly
 * changes on a machine changes all alike. Runs of a block have the same seed, another in each: they can be paired.
 */
export function planSeries(variants: readonly Variant[], options: SeriesOptions): SeriesPlan {
  const { substrate, repeat, warmUp, coolDownNs } = options;
  const { name, description, file } = variants[0]!.source;
  return {
    scenario: { name, description, file },
    substrate,
    coolDownNs,
    variants: variants.map(described),
    runs: runsOf(variants, options, warmUp + repeat),
  };
}

function runsOf(
  variants: readonly Variant[],
  { substrate, repeat, warmUp }: SeriesOptions,
  blocks: number,
): SeriesRun[] {
  const first = variants[0]!;
  const { seed } = sourceOf(first, null).on(substrate, first.cell).spec;
  return Array.from({ length: blocks }, (_, block) => {
    const order = block % 2 === 0 ? variants : variants.toReversed();
    const counted = Math.max(0, block - warmUp);
    return order.map(
      ({ name }): SeriesRun => ({
        variant: name,
        block,
        warmUp: block < warmUp,
        seed: repeat > 1 ? (seed + counted) % 2 ** 32 : null,
        run: null,
      }),
    );
  }).flat();
}

function described({ name, source, settings, cell }: Variant): SeriesVariant {
  return {
    name,
    file: source.file,
    sha256: sha256(source.text),
    set: settings.map(({ text }) => text),
    cell: Object.fromEntries(
      Object.entries(cell).map(([axis, value]) => [axis, typeof value === 'number' ? value : String(value)]),
    ),
  };
}

export function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** The document with the settings of a variant in it; with a seed, where a series gives one. */
export function sourceOf(
  { source, settings }: Pick<Variant, 'source' | 'settings'>,
  seed: number | null,
): ScenarioDocument {
  if (settings.length === 0 && seed === null) return source;
  return source.with([...settings, ...(seed === null ? [] : [{ path: ['seed'], value: seed }])]);
}
