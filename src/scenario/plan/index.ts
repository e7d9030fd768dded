export { explain } from './explain.ts';
export { isShort, type Plan, plan } from './plan.ts';
export { renderExplanation } from './render-explanation.ts';
export { renderPlan } from './render-plan.ts';
