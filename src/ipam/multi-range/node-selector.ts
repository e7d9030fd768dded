import { IpamError } from '../ipam-error.ts';

/** As in a Kubernetes object (core/v1 NodeSelectorRequirement). */
export interface SelectorRequirement {
  readonly key: string;
  readonly operator: 'In' | 'NotIn' | 'Exists' | 'DoesNotExist' | 'Gt' | 'Lt';
  readonly values?: readonly string[] | undefined;
}

/** As in a Kubernetes object (core/v1 NodeSelector). */
export interface NodeSelectorTerms {
  readonly nodeSelectorTerms: readonly {
    readonly matchExpressions?: readonly SelectorRequirement[] | undefined;
    readonly matchFields?: readonly SelectorRequirement[] | undefined;
  }[];
}

type Labels = Readonly<Record<string, string>>;

/**
 * Which nodes a ClusterCIDR is for, as the MultiCIDRRangeAllocator reads it: all requirements of all terms must hold,
 * though elsewhere in Kubernetes one term is enough, and fields are taken for labels.
 */
export class NodeSelector {
  /** The text of Kubernetes' label selectors, by which ties are broken: `arch=…` sorts before `zone in (a,b)`. */
  readonly text: string;
  readonly #requirements: readonly SelectorRequirement[];

  /** @throws IpamError `config-invalid` */
  constructor({ nodeSelectorTerms }: NodeSelectorTerms) {
    this.#requirements = nodeSelectorTerms
      .flatMap(({ matchExpressions = [], matchFields = [] }) => [...matchExpressions, ...matchFields])
      .toSorted((a, b) => compareText(a.key, b.key));
    for (const requirement of this.#requirements) check(requirement);
    this.text = this.#requirements.map(print).join(',');
  }

  /** How many requirements there are: of the selectors that match a node the one with most goes first. */
  get size(): number {
    return this.#requirements.length;
  }

  matches(labels: Labels): boolean {
    return this.#requirements.every((requirement) => holds(requirement, labels));
  }
}

/** By code units, as Go compares strings of ASCII. */
export function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function check({ key, operator, values = [] }: SelectorRequirement): void {
  const problem = {
    In: () => values.length > 0 || 'at least one value',
    NotIn: () => values.length > 0 || 'at least one value',
    Exists: () => values.length === 0 || 'no value',
    DoesNotExist: () => values.length === 0 || 'no value',
    Gt: () => (values.length === 1 && isInteger(values[0]!)) || 'one whole number',
    Lt: () => (values.length === 1 && isInteger(values[0]!)) || 'one whole number',
  }[operator]();
  if (problem === true) return;
  throw new IpamError(
    'config-invalid',
    `Expected ${problem} for ${operator} of ${key}, got ${values.join(', ') || 'none'}`,
  );
}

function holds({ key, operator, values = [] }: SelectorRequirement, labels: Labels): boolean {
  const value = labels[key];
  switch (operator) {
    case 'In':
      return value !== undefined && values.includes(value);
    case 'NotIn':
      return value === undefined || !values.includes(value);
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    case 'Gt':
      return value !== undefined && isInteger(value) && BigInt(value) > BigInt(values[0]!);
    case 'Lt':
      return value !== undefined && isInteger(value) && BigInt(value) < BigInt(values[0]!);
  }
}

function print({ key, operator, values = [] }: SelectorRequirement): string {
  const list = `(${values.toSorted(compareText).join(',')})`;
  switch (operator) {
    case 'In':
      return `${key} in ${list}`;
    case 'NotIn':
      return `${key} notin ${list}`;
    case 'Exists':
      return key;
    case 'DoesNotExist':
      return `!${key}`;
    case 'Gt':
      return `${key}>${values[0]}`;
    case 'Lt':
      return `${key}<${values[0]}`;
  }
}

function isInteger(text: string): boolean {
  return /^[+-]?\d+$/.test(text);
}
