import { NODE_TARGETS } from '../schema/faults.ts';
import type { Problem } from '../source/source.ts';
import type { View } from './view.ts';

/** Faults: what exists once per node names one that the lab has, what exists once names none. */
export function checkFaults({ faults, lab, phases, complete }: View): Problem[] {
  const nodes = lab?.value.nodes;
  const names = phases.map(({ value }) => value.name);
  return faults.flatMap(({ path, value: { action, target, node, phase } }): Problem[] => {
    if (complete && phase !== undefined && !names.includes(phase)) {
      const list = names.map((name) => `\`${name}\``).join(', ');
      const message = `expected the name of a phase, one of ${list}, got "${phase}"`;
      return [{ path: [...path, 'phase'], code: 'unknown-name', message }];
    }
    const perNode = NODE_TARGETS.includes(target);
    if (perNode && node === undefined) {
      return [
        {
          path,
          code: 'bad-fault',
          message: `expected a \`node\`, such as \`n1\`, since every node has its own ${target}`,
        },
      ];
    }
    if (!perNode && node !== undefined) {
      const message = `expected no \`node\` with \`${action}: ${target}\`, since a lab has one ${target}`;
      return [{ path: [...path, 'node'], at: 'key', code: 'bad-fault', message }];
    }
    if (node === undefined || nodes === undefined || Number(node.slice(1)) <= nodes) return [];
    const range = nodes === 1 ? '`n1`, the only node' : `\`n1\` to \`n${nodes}\``;
    return [{ path: [...path, 'node'], code: 'unknown-name', message: `expected ${range}, got "${node}"` }];
  });
}
