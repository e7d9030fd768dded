export { arrivalOffsets, arrivalsAvailable } from './arrivals.ts';
export { lifetimes } from './lifetimes.ts';
export { LOGNORMAL_MAX_RATIO, type Lognormal, lognormalFrom } from './lognormal.ts';
export { PARETO_MAX_RATIO, type Pareto, paretoFrom } from './pareto.ts';
export { type PlannedPod, plannedPods, podName, type ScheduledPod, schedule } from './schedule.ts';
export { type Stream, stream } from './stream.ts';
