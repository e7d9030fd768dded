import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { nearest, type Problem, Source, schemaProblems } from '../../scenario/index.ts';
import { AcknowledgedError } from './acknowledged-error.ts';
import { Acknowledgement, acknowledgementSchema } from './acknowledgement.ts';

const acknowledgedFile = z
  .strictObject({
    apiVersion: z.literal('churnlab.dev/v1alpha1'),
    kind: z.literal('AcknowledgedChanges'),
    changes: z.array(acknowledgementSchema, 'a list of changes').readonly(),
  })
  .readonly()
  .meta({
    id: 'AcknowledgedChanges',
    title: 'churnlab acknowledged changes',
    description: 'Changes in a history that are known, and why they are all right; see docs/results.md.',
  });

/** schemas/acknowledged-changes.schema.json. */
export function acknowledgedSchemaText(): string {
  const schema = z.toJSONSchema(acknowledgedFile, { target: 'draft-07', io: 'input' });
  return `${JSON.stringify(schema, null, 2)}\n`;
}

/** Reads a file of acknowledged changes. @throws AcknowledgedError with every problem of it */
export function readAcknowledged(file: string): Acknowledgement[] {
  return parseAcknowledged(readText(file), file);
}

/** The acknowledged changes in a text; `file` is its name in messages. @throws AcknowledgedError */
export function parseAcknowledged(text: string, file: string): Acknowledgement[] {
  const source = new Source(file, text, 'acknowledged changes');
  const { success, data, error } = acknowledgedFile.safeParse(source.data);
  const problems = success || source.data === undefined ? [] : problemsOf(error.issues, source.data);
  const diagnostics = [...source.problems, ...problems.map((problem) => source.diagnose(problem))];
  if (!success || diagnostics.length > 0) {
    throw new AcknowledgedError(diagnostics.toSorted((a, b) => a.line - b.line || a.col - b.col));
  }
  return data.changes.map((fields, i) => {
    const { line, col } = source.diagnose({ path: ['changes', i], code: 'unused', message: '' });
    return new Acknowledgement(fields, `${file}:${line}:${col}`);
  });
}

function problemsOf(issues: readonly z.core.$ZodIssue[], data: unknown): Problem[] {
  const fields = Object.keys(acknowledgementSchema.unwrap().shape);
  const misspelt = new Set<string>();
  const unknown = issues.flatMap((issue) =>
    issue.code !== 'unrecognized_keys'
      ? []
      : issue.keys.map((key): Problem => {
          const path = issue.path as Problem['path'];
          const known = path.length === 0 ? ['apiVersion', 'kind', 'changes'] : fields;
          const meant = nearest(key, known);
          if (meant !== undefined) misspelt.add([...path, meant].join('\0'));
          const list = known.map((each) => `\`${each}\``).join(', ');
          const hint = meant === undefined ? '' : ` (did you mean \`${meant}\`?)`;
          const message = `unknown field \`${key}\`, expected one of ${list}${hint}`;
          return { path: [...path, key], at: 'key', code: 'unknown-field', message };
        }),
  );
  const others = issues.filter(({ code }) => code !== 'unrecognized_keys');
  // A field that is missing because its name is misspelt is one mistake.
  const missing = ({ code, path }: Problem) => code === 'missing-field' && misspelt.has(path.join('\0'));
  return [...unknown, ...schemaProblems(others, data).filter((problem) => !missing(problem))];
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    const message = `cannot be read: ${(error as Error).message}`;
    throw new AcknowledgedError([
      { file, line: 1, col: 1, severity: 'error', code: 'unreadable', message, frame: '' },
    ]);
  }
}
