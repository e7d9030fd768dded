export { runPod } from '../run-pod.ts';
export { until } from '../timeline.ts';
export type { BeginPhase, RemovePod, ShardStart } from './protocol.ts';
