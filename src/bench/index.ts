export { BenchError, type BenchErrorCode } from './bench-error.ts';
export type { Prepare } from './bench-labs.ts';
export {
  FULL,
  QUICK,
  runCniSuite,
  type SuiteOptions,
  type SuitePlan,
  type SuiteResult,
} from './cni-suite.ts';
export {
  IPAM_FULL,
  IPAM_QUICK,
  type IpamResult,
  type IpamSuiteOptions,
  runIpamSuite,
} from './ipam/ipam-suite.ts';
export { ipamJson, ipamMarkdown, ipamText } from './ipam/report/render.ts';
export type { KindMachine } from './kind/kind-machine.ts';
export {
  KIND_FULL,
  KIND_QUICK,
  type KindResult,
  type KindSuiteOptions,
  runKindSuite,
} from './kind/kind-suite.ts';
export { kindJson, kindMarkdown, kindText } from './kind/report/render.ts';
export { type Part, placePart } from './report/page-parts.ts';
export { toJson } from './report/to-json.ts';
export { toMarkdown } from './report/to-markdown.ts';
export { toText } from './report/to-text.ts';
export { servicesJson, servicesMarkdown, servicesText } from './services/report/render.ts';
export {
  runServicesSuite,
  SERVICES_FULL,
  SERVICES_QUICK,
  type ServicesResult,
  type ServicesSuiteOptions,
} from './services/services-suite.ts';
