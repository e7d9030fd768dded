export { type AddParts, addSamples } from './breakdown.ts';
export { monotonicNs, monotonicZero } from './clock.ts';
export type {
  AddressGranted,
  AddressReleased,
  IpamSample,
  Progress,
  ProgressQuantiles,
  RunEvent,
} from './events.ts';
export { type Condition, ConditionProbe } from './fingerprint/condition.ts';
export { type Identity, identify } from './fingerprint/identity.ts';
export { machineDoubt } from './fingerprint/machine-doubt.ts';
export { type VirtualHost, VM_VARIABLE, virtualHost } from './fingerprint/virtual-host.ts';
export type { Claim } from './folder/claim.ts';
export {
  type BoundValue,
  type Breakdown,
  type Fingerprint,
  type GateSpec,
  type IntervalValue,
  type InvariantResult,
  type LoadResult,
  type NoiseProbe,
  RUN_FORMAT,
  type RunDocument,
  type Summary,
  type WindowSeries,
} from './folder/document.ts';
export type { ExhaustionResult } from './folder/exhaustion.ts';
export { folderName } from './folder/folder-name.ts';
export {
  type Matrix,
  type MatrixCell,
  type MatrixDocument,
  matrixSchemaText,
  parseMatrix,
  readMatrix,
  writeMatrix,
} from './folder/matrix.ts';
export { parseRun, readEvents, readRun, readSamples } from './folder/read-run.ts';
export { FILES, RunFolder } from './folder/run-folder.ts';
export { RunFolderError, type RunFolderErrorCode } from './folder/run-folder-error.ts';
export { runSchemaText } from './folder/run-schema.ts';
export {
  createSeries,
  parseSeries,
  readSeries,
  SERIES_FILE,
  type SeriesDocument,
  type SeriesRun,
  type SeriesVariant,
  seriesSchemaText,
  writeSeries,
} from './folder/series.ts';
export {
  readSuiteResult,
  type SuiteResult,
  suiteResultSchemaText,
  writeSuiteResult,
} from './folder/suite-result.ts';
export { generatorDoubt } from './generator-doubt.ts';
export { type AddressInvariantOptions, AddressInvariants } from './invariants/address-invariants.ts';
export {
  compareInventories,
  type Inventory,
  type InventoryKind,
} from './invariants/leftovers.ts';
export { NodeCidrInvariants } from './invariants/node-cidr-invariants.ts';
export { Tally } from './invariants/tally.ts';
export { measurements } from './measurements.ts';
export {
  CNI_ADD_PARTS,
  type CniAddPart,
  isMetricName,
  METRICS,
  type Metric,
  type MetricName,
  metric,
} from './metrics.ts';
export { metricsReference } from './metrics-doc.ts';
export {
  type LiveQuantiles,
  type PhaseMark,
  Recorder,
  type SampleSink,
  type Series,
  seriesKey,
} from './recorder.ts';
export { RemoteClock } from './remote-clock.ts';
export type { Outcome, Sample } from './sample.ts';
