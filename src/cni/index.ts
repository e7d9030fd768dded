export type { CniArgs } from './args.ts';
export {
  alreadyAttached,
  checkFailed,
  gcFailed,
  interfaceExists,
  kernelRefused,
  netnsGone,
  noCidrOnNode,
  nodeCidrFull,
  noPoolName,
  notAvailable,
  podUnknown,
  sameNetns,
  unknownContainer,
} from './conditions.ts';
export { CniConfigError, type NetworkList } from './config.ts';
export { CHURNLAB_CODES, CNI_CODES, CniError } from './errors.ts';
export { codeOf, FAILURE_CLASSES, type FailureClass, failureClassOf } from './failure-class.ts';
export { PLUGIN_TYPE, type PortMapping } from './plugin-config.ts';
export { type CniResult, isCidr } from './result.ts';
export { type CniCommand, CURRENT_VERSION, hasVerb, isAtLeast, PLUGIN_VERSIONS } from './versions.ts';
