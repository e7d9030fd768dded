import { DEFAULT_POOL } from '../../ipam/index.ts';
import type { Problem } from '../source/source.ts';
import type { View } from './view.ts';

/** Changes: only where pools are objects, and in the order of time each finds its pool as it needs it. */
export function checkChanges({ changes, modes, pools }: View): Problem[] {
  if (!modes.includes('multi-pool')) {
    const got = modes.map((mode) => `\`${mode}\``).join(', ');
    const message = `expected changes of pools in mode \`multi-pool\` only, got mode ${got}`;
    return changes.slice(0, 1).map(({ path }) => ({ path, code: 'wrong-mode', message }));
  }
  const there = new Set(pools.length === 0 ? [DEFAULT_POOL] : pools.map(({ value }) => value.name));
  const problems: Problem[] = [];
  for (const { path, value } of changes.toSorted((a, b) => a.value.at - b.value.at)) {
    const { action, pool } = value;
    if (action === 'addPool' && there.has(pool)) {
      const message = `expected a name of its own for each pool, got \`${pool}\` a second time`;
      problems.push({ path: [...path, action], code: 'duplicate-name', message });
    } else if (action !== 'addPool' && !there.has(pool)) {
      const names = [...there].map((name) => `\`${name}\``).join(', ');
      const message = `expected the name of a pool that is there then, one of ${names}, got "${pool}"`;
      problems.push({ path: [...path, action], code: 'unknown-name', message });
    }
    if (action === 'addPool') there.add(pool);
    if (action === 'removePool') there.delete(pool);
  }
  return problems;
}
