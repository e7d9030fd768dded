export { type NodeCidrListener, NodeCidrWatch } from './node-cidr-watch.ts';
export { NodeDriver } from './node-driver.ts';
export { raisePriority } from './raise-priority.ts';
export { type FinishedRun, type RunScenarioOptions, runScenario } from './run-scenario.ts';
