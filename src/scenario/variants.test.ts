import { describe, expect, test } from 'vitest';
import { ScenarioDocument } from './document.ts';
import { ScenarioError } from './source/diagnostic.ts';
import type { OpenPhase } from './spec.ts';

const HEAD = 'apiVersion: churnlab.dev/v1alpha1\nkind: Scenario\nmetadata: { name: case }\nspec:\n';
const PHASES = `  phases:
    - name: churn
      pods: 100
      arrivals: { process: poisson, rate: 10/s }
      lifetime: { distribution: lognormal, mean: 2s, p99: 6s }
    - name: drain
  gates:
    - { metric: cni.add, max: 20ms }
    - { invariants: all }
`;
const parse = (rest: string) => ScenarioDocument.parse(HEAD + PHASES + rest, 'case.yaml', () => '');

describe('overrides', () => {
  const document = parse(`  overrides:
    kind:
      seed: 5
      lab: { nodes: 2, ipam: { cooldown: 1s } }
      phases:
        - { name: churn, pods: 10, arrivals: { rate: 1/s }, lifetime: { distribution: fixed, mean: 3s } }
      gates: []
`);

  test('another substrate runs what is written', () => {
    const { spec, changed } = document.on('netns');
    expect(changed).toEqual([]);
    expect(spec).toMatchObject({ seed: 1, lab: { nodes: 4, ipam: { cooldown: 30e9 } } });
    expect(spec.gates).toHaveLength(2);
  });

  test('fields are merged one by one, phases by name, other lists as a whole', () => {
    const { spec } = document.on('kind');
    expect(spec).toMatchObject({
      seed: 5,
      lab: { nodes: 2, network: 'churnlab', ipam: { cooldown: 1e9 } },
      gates: [],
    });
    expect(spec.phases.map(({ name }) => name)).toEqual(['churn', 'drain']);
    const churn = spec.phases[0] as OpenPhase;
    expect(churn).toMatchObject({ count: 10, arrivals: { process: 'poisson', rate: 1 }, deadline: 10e9 });
  });

  test('another distribution replaces all fields of the old one', () => {
    expect((document.on('kind').spec.phases[0] as OpenPhase).lifetime).toEqual({
      distribution: 'fixed',
      mean: 3e9,
    });
  });

  test('another mode of IPAM leaves what goes with every mode', () => {
    const document = parse(`  lab:
    ipam: { mode: range, queue: fixed, pools: [{ cidrs: [10.9.0.0/16], nodeMask: 25 }], cooldown: 7s }
  overrides:
    kind:
      lab: { ipam: { mode: kcm } }
`);
    const { ipam } = document.on('kind').spec.lab;
    expect(ipam).toMatchObject({
      mode: 'kcm',
      pools: [{ cidrs: ['10.9.0.0/16'], nodeMask: 25 }],
      cooldown: 7e9,
      queue: 'rate-limited',
    });
    expect(
      document.with([{ path: ['lab', 'ipam', 'mode'], value: 'kcm' }]).on('kind').spec.lab.ipam,
    ).toMatchObject({
      mode: 'kcm',
      pools: [{ nodeMask: 25 }],
    });
  });

  test('the scenario knows what was changed', () => {
    expect(document.on('kind').changed).toEqual([
      'seed: 5 (not in the scenario)',
      'lab: {"nodes":2,"ipam":{"cooldown":"1s"}} (not in the scenario)',
      'phases.churn.pods: 10 (100 in the scenario)',
      'phases.churn.arrivals.rate: 1/s (10/s in the scenario)',
      'phases.churn.lifetime: {"distribution":"fixed","mean":"3s"} ({"distribution":"lognormal","mean":"2s","p99":"6s"} in the scenario)',
      'gates: [] ([{"metric":"cni.add","max":"20ms"},{"invariants":"all"}] in the scenario)',
    ]);
  });
});

describe('matrix', () => {
  const document = parse(
    '  matrix: { network: [churnlab, ptp], routing: [direct, vxlan], exclude: [{ network: ptp, routing: vxlan }] }\n',
  );

  test('every combination but those excluded, in order', () => {
    expect(document.cells('netns')).toEqual([
      { network: 'churnlab', routing: 'direct' },
      { network: 'churnlab', routing: 'vxlan' },
      { network: 'ptp', routing: 'direct' },
    ]);
    const onlyThere = parse(
      '  matrix: { services: [none, ipvs], serviceCount: [1, 9], exclude: [{ serviceCount: 9, services: ipvs, on: [netns, kind] }] }\n',
    );
    expect(onlyThere.cells('netns')).toHaveLength(3);
    expect(onlyThere.cells('vm')).toHaveLength(4);
    expect(parse('').cells('netns')).toEqual([{}]);
  });

  test('a cell sets its fields', () => {
    const scenario = document.on('netns', { network: 'ptp', routing: 'direct' });
    expect(scenario.spec.lab).toMatchObject({ network: 'ptp', routing: 'direct', nodes: 4 });
    expect(scenario.cell).toEqual({ network: 'ptp', routing: 'direct' });
  });

  test('one that runs has to be named, unless there is only one', () => {
    expect(() => document.prepare('netns')).toThrow(
      /:14:11: error: expected one combination to run, got a matrix of 3/,
    );
    expect(document.prepare('netns', document.cells('netns')[2]).spec.lab.network).toBe('ptp');
    expect(parse('  matrix: { routing: [vxlan] }\n').prepare('netns').spec.lab.routing).toBe('vxlan');
  });

  test('what a cell makes impossible is shown in the matrix', () => {
    expect(() => parse('  matrix: { nodes: [2, 300] }\n')).toThrow(
      /^case.yaml:14:\d+: error: expected a CIDR for each of 300 nodes/,
    );
  });
});

describe('what this version cannot run yet', () => {
  const services = parse('  lab: { services: network, network: flannel }\n');

  test('is a good scenario', () => {
    expect(services.warnings).toEqual([]);
  });

  test('is refused with the fields that ask for it', () => {
    expect(() => services.prepare('netns')).toThrow(ScenarioError);
    expect(
      services.unsupported('netns').map(({ line, code, message }) => [line, code, message]),
    ).toMatchInlineSnapshot(`
      [
        [
          14,
          "not-yet",
          "this version has \`none\`, \`ebpf\`, \`iptables\`, \`iptables-legacy\`, \`iptables-nft\`, \`nftables\`, \`ipvs\`, \`userspace\`, not yet \`network\`",
        ],
      ]
    `);
    // A cluster that was there before has what it has.
    expect(services.unsupported('kubeconfig')).toEqual([]);
  });
});
