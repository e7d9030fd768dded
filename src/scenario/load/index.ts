export { arrivalsAvailable } from './arrivals.ts';
export { drawPhases } from './draw.ts';
export { type Forecast, forecast, type Peak, type PhaseForecast } from './forecast.ts';
export { LOGNORMAL_MAX_RATIO } from './lognormal.ts';
export { PARETO_MAX_RATIO } from './pareto.ts';
export { released } from './release.ts';
export { type Planned, plannedOf, type Scheduled, schedule, unnamedSchedule } from './schedule.ts';
export { shardAt, shardOf } from './shard.ts';
