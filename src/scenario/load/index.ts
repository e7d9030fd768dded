export { arrivalsAvailable } from './arrivals.ts';
export { type Forecast, forecast, type Peak, type PhaseForecast } from './forecast.ts';
export { LOGNORMAL_MAX_RATIO } from './lognormal.ts';
export { PARETO_MAX_RATIO } from './pareto.ts';
export { type PlannedPod, plannedPods, schedule } from './schedule.ts';
