export { type NodeCidrListener, NodeCidrWatch } from './node-cidr-watch.ts';
export { NodeDriver } from './node-driver.ts';
export { raisePriority } from './raise-priority.ts';
export { RunNamespace } from './run-namespace.ts';
export { type FinishedRun, type RunScenarioOptions, runScenario } from './run-scenario.ts';
export { allAnswer, Fleet, ServicesUnderTest } from './services/index.ts';
