import type { ComparisonDocument } from '../../compare/index.ts';

/** A line for each side: what it is, its runs, and the revision it ran. */
export function sideLines({ sides, groups }: ComparisonDocument): string[] {
  const paired = groups.length > 0 && groups.every((group) => group.paired);
  return (['a', 'b'] as const).map((name) => {
    const side = sides[name];
    const commits = [...new Set(side.runs.map(({ commit }) => commit.slice(0, 12)))];
    const runs = `${side.runs.length} ${side.runs.length === 1 ? 'run' : 'runs'}`;
    return `${name}  ${side.name}: ${runs}, revision ${commits.join(' or ')}${paired ? ', paired by seed' : ''}`;
  });
}
