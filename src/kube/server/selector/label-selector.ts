import type { KubeObject } from '../../types.ts';
import { badRequest } from '../status/errors.ts';

type Labels = Readonly<Record<string, string>>;
export type LabelSelector = (object: KubeObject) => boolean;

const NO_LABELS: Labels = {};
const KEY = '[A-Za-z0-9][-A-Za-z0-9_./]*';
const VALUE = '[-A-Za-z0-9_.]*';
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=)\\s*(${VALUE})$`);
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const COMPARISON = new RegExp(`^(${KEY})\\s*([<>])\\s*(-?\\d+)$`);

const cache = new Map<string, LabelSelector>();
const CACHE_LIMIT = 1000;

/** Parses a label selector in its string form (k8s.io/apimachinery/pkg/labels). Throws 400. */
export function labelSelector(text: string | undefined): LabelSelector | undefined {
  if (text === undefined || text.trim() === '') return undefined;
  let selector = cache.get(text);
  if (!selector) {
    selector = parse(text);
    if (cache.size >= CACHE_LIMIT) cache.clear();
    cache.set(text, selector);
  }
  return selector;
}

function parse(text: string): LabelSelector {
  const requirements = split(text).map((part) => requirement(part.trim(), text));
  return (object) => {
    const labels = object.metadata.labels ?? NO_LABELS;
    return requirements.every((matches) => matches(labels));
  };
}

/** Splits at commas outside parentheses. */
function split(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(start, i));
      start = i + 1;
    }
  }
  return [...parts, text.slice(start)];
}

function requirement(part: string, whole: string): (labels: Labels) => boolean {
  const exists = EXISTS.exec(part);
  if (exists) return exists[1] ? (labels) => !(exists[2]! in labels) : (labels) => exists[2]! in labels;
  const equality = EQUALITY.exec(part);
  if (equality) {
    const [, key, operator, value] = equality;
    return operator === '!=' ? (labels) => labels[key!] !== value : (labels) => labels[key!] === value;
  }
  const set = SET.exec(part);
  if (set) {
    const [, key, operator, list] = set;
    const values = new Set(list!.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => key! in labels && values.has(labels[key!]!)
      : (labels) => !(key! in labels) || !values.has(labels[key!]!);
  }
  const comparison = COMPARISON.exec(part);
  if (comparison) {
    const [, key, operator, limit] = comparison;
    return (labels) =>
      key! in labels &&
      (operator === '>' ? Number(labels[key!]) > Number(limit) : Number(labels[key!]) < Number(limit));
  }
  throw badRequest(
    `unable to parse requirement: found '${part}', expected: a label key, '=', '!=', 'in' or 'notin', in "${whole}"`,
  );
}
