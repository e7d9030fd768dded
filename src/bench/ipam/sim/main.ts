/**
 * A simulation in a process of its own, so that its memory is its own: `main.ts NODES PODS RESULTS`. Prints what
 * src/bench/ipam/sim-run.ts reads.
 */
import { ScenarioDocument } from '../../../scenario/index.ts';
import { simulate } from '../../../sim/index.ts';

const [nodes, pods, results] = [Number(process.argv[2]), Number(process.argv[3]), process.argv[4]!];
/** As many pods as a node of internet-scale.yaml has, in as much time. */
const PODS_A_SECOND_AND_NODE = 0.5;

const text = JSON.stringify({
  apiVersion: 'churnlab.dev/v1alpha1',
  kind: 'Scenario',
  metadata: { name: 'bench' },
  spec: {
    substrate: 'sim',
    lab: {
      nodes,
      ipam: { pools: [{ cidrs: ['10.0.0.0/8'], nodeMask: 25 }], cooldown: '10s', allowExhaustion: true },
    },
    phases: [
      {
        name: 'churn',
        pods,
        arrivals: { process: 'poisson', rate: `${nodes * PODS_A_SECOND_AND_NODE}/s` },
        lifetime: { distribution: 'lognormal', mean: '10s', p99: '40s' },
      },
      { name: 'drain' },
    ],
  },
});
const source = ScenarioDocument.parse(text, 'bench', (file) => {
  throw new Error(`Expected no file to be read, got ${file}`);
});
const { folder, document } = await simulate({
  source,
  scenario: source.prepare('sim'),
  results,
  onEvent: () => {},
  signal: new AbortController().signal,
});
await folder.finish(document);
const rate = document.summaries.find(({ key }) => key === 'sim.allocations')!;
process.stdout.write(
  JSON.stringify({
    peakBytes: process.resourceUsage().maxRSS * 1024,
    allocationsPerSecond: rate.p50.value,
    violations: document.invariants.reduce((sum, { violations }) => sum + violations, 0),
  }),
);
