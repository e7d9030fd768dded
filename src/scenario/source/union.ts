import type { z } from 'zod';

type Issue = z.core.$ZodIssue;

/** Fields that tell the variants of a union apart. */
const TAGS: readonly unknown[] = ['name', 'mode', 'process', 'distribution'];

/**
 * The issues of the variant that the author most probably meant: its tag agrees, then it knows most
 * of the fields written, then least is wrong with it. When no tag agrees, the tag is the mistake, and
 * its issue lists the values of all variants.
 */
export function chooseVariant(variants: readonly (readonly Issue[])[]): readonly Issue[] {
  const best = variants.toSorted((a, b) => cost(a) - cost(b))[0] ?? [];
  const wrongTag = best.find((issue) => issue.code === 'invalid_value' && isTag(issue));
  if (wrongTag?.code !== 'invalid_value') return best;
  const values = variants.flatMap((issues) =>
    issues.flatMap((issue) =>
      issue.code === 'invalid_value' && issue.path[0] === wrongTag.path[0] ? issue.values : [],
    ),
  );
  // With the tag wrong, whatever else this variant lacks is a guess.
  return [{ ...wrongTag, values: [...new Set(values)] }];
}

function cost(issues: readonly Issue[]): number {
  let sum = 0;
  for (const issue of issues) {
    if (isTag(issue)) sum += 100;
    else if (issue.code === 'unrecognized_keys') {
      for (const key of issue.keys) sum += TAGS.includes(key) ? 100 : 10;
    } else sum += 1;
  }
  return sum;
}

function isTag(issue: Issue): boolean {
  return issue.path.length === 1 && TAGS.includes(issue.path[0]);
}
