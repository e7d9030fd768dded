/** The subset of JSONPath that printer columns use: fields, indexes, `[*]` and `[?(@.a=="b")]`. */
type Step = (values: readonly unknown[]) => unknown[];

const FIELD = /^\.?([A-Za-z_][-\w]*|\['([^']+)'\])/;
const ESCAPED = /^\.((?:[^.[\\]|\\.)+)/;
const INDEX = /^\[(\d+|\*)\]/;
const FILTER = /^\[\?\(@\.([-\w.]+)\s*==\s*["']([^"']*)["']\)\]/;

/** Compiles a path once; the result gives what it finds, in order. Undefined for a path outside the subset. */
export function compileJsonPath(path: string): ((object: unknown) => unknown[]) | undefined {
  const steps: Step[] = [];
  let rest = path
    .trim()
    .replace(/^\{(.*)\}$/, '$1')
    .replace(/^\$/, '');
  while (rest !== '' && rest !== '.') {
    const filter = FILTER.exec(rest);
    const index = INDEX.exec(rest);
    const field = rest.startsWith('[')
      ? FIELD.exec(rest)
      : ESCAPED.exec(rest.startsWith('.') ? rest : `.${rest}`);
    if (filter) steps.push(where(filter[1]!.split('.'), filter[2]!));
    else if (index) steps.push(index[1] === '*' ? all : at(Number(index[1])));
    else if (field) steps.push(named((field[2] ?? field[1]!).replace(/\\(.)/g, '$1')));
    else return undefined;
    const used = (filter ?? index ?? field)![0].length;
    rest = rest.slice(filter || index || rest.startsWith('.') || rest.startsWith('[') ? used : used - 1);
  }
  return (object) => steps.reduce<unknown[]>((values, step) => step(values), [object]);
}

const child = (value: unknown, name: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;

const named =
  (name: string): Step =>
  (values) =>
    values.map((value) => child(value, name)).filter((value) => value !== undefined);

const at =
  (index: number): Step =>
  (values) =>
    values.flatMap((value) => (Array.isArray(value) && index < value.length ? [value[index]] : []));

const all: Step = (values) =>
  values.flatMap((value) =>
    Array.isArray(value) ? value : typeof value === 'object' && value !== null ? Object.values(value) : [],
  );

const where =
  (path: readonly string[], wanted: string): Step =>
  (values) =>
    values
      .flatMap((value) => (Array.isArray(value) ? value : []))
      .filter((item) => String(path.reduce<unknown>(child, item)) === wanted);
