export { type FinishedRun, type RunScenarioOptions, runScenario } from './run-scenario.ts';
