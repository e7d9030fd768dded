export {
  type DaemonSpec,
  NamespaceDaemon,
  type RunOutcome,
  type RunSpec,
  type StartSpec,
  type SupervisedProcess,
} from './client.ts';
