export { explain } from './explain.ts';
export { isShort, plan } from './plan.ts';
export { renderExplanation } from './render-explanation.ts';
export { renderPlan } from './render-plan.ts';
