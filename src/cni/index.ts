export {
  type CniArgs,
  type CniEnvironment,
  formatCniArgs,
  parseCniArgs,
  validateContainerId,
  validateEnvironment,
  validateInterfaceName,
  validateNetworkName,
} from './args.ts';
export {
  alreadyAttached,
  checkFailed,
  coolingDown,
  interfaceExists,
  kernelRefused,
  netnsGone,
  noCidrOnNode,
  nodeCidrFull,
  notAvailable,
  poolExhausted,
  rateLimited,
  sameNetns,
  unknownContainer,
} from './conditions.ts';
export {
  CniConfigError,
  type CniConfigErrorCode,
  type NetworkList,
  type PluginConfig,
  parseNetworkConf,
  parseNetworkList,
} from './config.ts';
export {
  asCniError,
  CHURNLAB_CODES,
  CNI_CODES,
  CniError,
  type CniErrorJson,
  parseCniError,
} from './errors.ts';
export {
  codeOf,
  FAILURE_CLASSES,
  type FailedCall,
  type FailureClass,
  failureClassOf,
} from './failure-class.ts';
export { AttachmentLock } from './lock.ts';
export {
  type AttachmentId,
  type ChurnlabConfig,
  PLUGIN_TYPE,
  type PortMapping,
} from './plugin-config.ts';
export {
  type CniDns,
  type CniInterface,
  type CniIp,
  type CniResult,
  type CniRoute,
  familyOf,
  resultFromJson,
  resultToJson,
} from './result.ts';
export {
  type CniCommand,
  CURRENT_VERSION,
  compareVersions,
  hasVerb,
  isAtLeast,
  negotiateVersion,
  PLUGIN_VERSIONS,
  RUNTIME_VERSIONS,
  SPEC_VERSIONS,
  type SpecVersion,
} from './versions.ts';
