export type { Cost } from './cost.ts';
export { type Explanation, explain } from './explain.ts';
export { type AddressPlan, type Machine, type Plan, plan, type Supply } from './plan.ts';
export { renderExplanation } from './render-explanation.ts';
export { renderPlan } from './render-plan.ts';
