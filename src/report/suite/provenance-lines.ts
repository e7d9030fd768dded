import type { RunDocument } from '../../measure/index.ts';

/** What the machine was, and how many runs there are of it: in a line for each kind of machine. */
export function provenanceLines(runs: readonly RunDocument[]): string[] {
  const machines = Map.groupBy(runs, ({ fingerprint: { identity } }) =>
    [
      identity.cpu,
      `kernel ${identity.kernel}`,
      `churnlab ${identity.churnlab} at ${identity.commit.slice(0, 12)}${identity.dirty ? ' with changes' : ''}`,
    ].join(', '),
  );
  return [...machines].map(([text, own]) => `${own.length} runs on ${text}`);
}
