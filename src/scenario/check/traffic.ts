import type { Path, Problem } from '../source/source.ts';
import type { TrafficSpec } from '../spec.ts';
import { isChurn, type ParsedPhase, type View } from './view.ts';

/** Services with backends, what goes through them, and gates on it. */
export function checkTraffic({ phases, gates, level, complete, lab }: View): Problem[] {
  const problems = phases.flatMap(({ path, value: phase }, index): Problem[] => {
    const earlier = complete ? phases.slice(0, index).map(({ value }) => value) : undefined;
    if (phase.kind === 'traffic')
      return [
        ...checkLength(phase.traffic, path),
        ...checkVia(phase.traffic, path, earlier),
        ...checkTo(phase.traffic, path, lab?.value.nodes),
      ];
    if (!isChurn(phase) || phase.subject !== 'service') return [];
    const { endpoints, backends, probes, traffic } = phase;
    return [
      ...(traffic === undefined ? [] : checkVia(traffic, path, earlier)),
      ...checkBackends(endpoints, backends.pods, phase.endpointChanges !== undefined, path),
      ...(probes !== undefined && endpoints === 0
        ? [needs(path, 'probes', 'expected `endpoints` with `probes`, since somebody has to answer')]
        : []),
      ...(probes === undefined || probes.nodes === 'all'
        ? []
        : checkNodes(probes.nodes, path, lab?.value.nodes)),
    ];
  });
  if (level === 'cni') {
    for (const { path, value } of phases) {
      if (value.kind !== 'traffic') continue;
      const message =
        'expected level `pod` in a scenario with `traffic`, since `cni` drives the plugin alone';
      problems.push({ path: [...path, 'traffic'], at: 'key', code: 'wrong-mode', message });
    }
  }
  const measured = phases.flatMap(({ value }) => ('traffic' in value && value.traffic ? value.name : []));
  for (const { path, value: gate } of gates) {
    if (!complete || gate.kind !== 'metric' || gate.phase === undefined) continue;
    if (measured.includes(gate.phase)) continue;
    const names = measured.map((name) => `\`${name}\``).join(', ');
    const message = `expected the name of a phase with \`traffic\`${names && `, one of ${names}`}, got "${gate.phase}"`;
    problems.push({ path: [...path, 'phase'], code: 'unknown-name', message });
  }
  return problems;
}

/** How much there is of it is said once, and a schedule needs a duration. */
function checkLength(traffic: TrafficSpec, path: Path): Problem[] {
  const at: Path = [...path, 'traffic'];
  if ((traffic.for === undefined) === (traffic.count === undefined)) {
    const got = traffic.for === undefined ? 'neither' : 'both';
    return [
      { path: at, at: 'key', code: 'wrong-value', message: `expected \`for\` or \`count\`, got ${got}` },
    ];
  }
  const byK6 = traffic.rate !== undefined ? 'rate' : traffic.script !== undefined ? 'script' : undefined;
  if (byK6 === undefined) return [];
  if (traffic.kind === 'first') {
    return [needs(at, byK6, `expected no \`${byK6}\` with kind \`first\`, which dials each Service once`)];
  }
  if (traffic.for !== undefined && traffic.for >= 1e9) return [];
  return [needs(at, byK6, `expected \`for\`, of at least 1s, with \`${byK6}\`: k6 counts whole seconds`)];
}

function checkVia(traffic: TrafficSpec, path: Path, earlier: readonly ParsedPhase[] | undefined): Problem[] {
  const at: Path = [...path, 'traffic'];
  if (earlier === undefined || traffic.via === 'pod') return [];
  const answering = earlier.filter(
    (phase) => isChurn(phase) && phase.subject === 'service' && phase.endpoints > 0,
  );
  if (answering.length === 0) {
    const message =
      'expected an earlier phase with `services` that have `endpoints`, since somebody has to answer';
    return [{ path: at, at: 'key', code: 'phase-order', message }];
  }
  if (traffic.via !== 'nodeport') return [];
  if (answering.some((phase) => 'type' in phase && phase.type === 'NodePort')) return [];
  const message = 'expected an earlier phase with `services` of `type: NodePort`';
  return [{ path: [...at, 'via'], code: 'phase-order', message }];
}

/** Pods that are dialled for themselves. */
function checkTo({ via, to, kind, from }: TrafficSpec, path: Path, nodes: number | undefined): Problem[] {
  const at: Path = [...path, 'traffic'];
  if (via !== 'pod') {
    return to === undefined ? [] : [needs(at, 'to', 'expected `to` with `via: pod` only')];
  }
  if (kind === 'first')
    return [needs(at, 'kind', 'expected no kind `first` with `via: pod`: it is for Services')];
  if (from === 'outside') {
    return [needs(at, 'from', 'expected `from` a pod or a node with `via: pod`: outside has no way to pods')];
  }
  if (to === 'same-node' || nodes === undefined || nodes > 1) return [];
  return [needs(at, 'via', 'expected `to: same-node` in a lab of one node')];
}

function checkBackends(endpoints: number, pods: number, changes: boolean, path: Path): Problem[] {
  const needed = endpoints + (changes && endpoints > 0 ? 1 : 0);
  if (pods >= needed) return [];
  const why = changes ? 'one more than `endpoints`, to replace them by' : 'as many as `endpoints`';
  const message = `expected at least ${needed} pods, ${why}, got ${pods}`;
  return [{ path: [...path, 'endpoints'], code: 'wrong-value', message }];
}

function checkNodes(nodes: readonly string[], path: Path, there: number | undefined): Problem[] {
  return nodes.flatMap((name, index): Problem[] => {
    if (there === undefined || Number(name.slice(1)) <= there) return [];
    const range = there === 1 ? '`n1`, the only node' : `\`n1\` to \`n${there}\``;
    const message = `expected ${range}, got "${name}"`;
    return [{ path: [...path, 'probes', 'nodes', index], code: 'unknown-name', message }];
  });
}

function needs(path: Path, field: string, message: string): Problem {
  return { path: [...path, field], at: 'key', code: 'wrong-value', message };
}
