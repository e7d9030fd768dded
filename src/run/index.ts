export { raisePriority } from './raise-priority.ts';
export { type FinishedRun, type RunScenarioOptions, runScenario } from './run-scenario.ts';
