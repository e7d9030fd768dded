export { type CapacityAnswer, planLabCapacity } from './capacity-plan.ts';
export { type Growth, parseGrowth } from './growth.ts';
export { renderCapacity } from './render-capacity.ts';
export { capacityToJson } from './to-json.ts';
