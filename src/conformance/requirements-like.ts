import { ConformanceError } from './conformance-error.ts';
import type { Requirement } from './requirement.ts';
import { REQUIREMENTS } from './requirements/index.ts';

const nameOf = ({ section, id }: Requirement): string => `${section}: ${id}`;

/**
 * The requirements whose `SECTION: ID` matches; all of them without a pattern.
 * @throws ConformanceError no-such-requirement
 */
export function requirementsLike(only: RegExp | undefined): readonly Requirement[] {
  const found = REQUIREMENTS.filter((each) => only === undefined || only.test(nameOf(each)));
  if (found.length > 0) return found;
  const all = REQUIREMENTS.map((each) => `  ${nameOf(each)}`).join('\n');
  throw new ConformanceError('no-such-requirement', `No requirement is like ${only}; there is\n${all}`);
}
