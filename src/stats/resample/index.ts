export { type Calibration, calibrate } from './calibrate.ts';
export {
  type ClusterBootstrapOptions,
  clusterBootstrap,
  clusterBootstrapEffect,
  type Effect,
  type Estimate,
} from './cluster-bootstrap.ts';
export type { RunStatistic } from './run-statistic.ts';
export { type Variates, variates } from './variates.ts';
