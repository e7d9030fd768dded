import type { KernelError } from '../errno.ts';

/** The running kernel has no such feature, or was built without it. */
export class UnsupportedFeature extends Error {
  override readonly name = 'UnsupportedFeature';
  readonly code = 'unsupported-feature';
  readonly feature: string;
  /** The first kernel that has it, such as `6.6`. */
  readonly minimumKernel: string;

  constructor(feature: string, minimumKernel: string, options?: ErrorOptions) {
    super(`${feature} is not supported by this kernel (requires >= ${minimumKernel})`, options);
    this.feature = feature;
    this.minimumKernel = minimumKernel;
  }
}

/** No room for one more entry. */
export class MapFullError extends Error {
  override readonly name = 'MapFullError';
  readonly code = 'map-full';
  readonly map: string;
  readonly maxEntries: number;

  constructor(map: string, maxEntries: number, cause?: KernelError) {
    super(`add to BPF map ${map}: it is full (${maxEntries} entries)`, { cause });
    this.map = map;
    this.maxEntries = maxEntries;
  }
}

/** A pinned map that does not have the shape which the caller needs. */
export class MapShapeError extends Error {
  override readonly name = 'MapShapeError';
  readonly code = 'map-shape';
}

/** libbpf could not open or load an object. */
export class ObjectLoadError extends Error {
  override readonly name = 'ObjectLoadError';
  readonly code = 'object-load';
  /** Everything that libbpf had to say. */
  readonly messages: readonly string[];
  /** The verifier's log, whole; empty when it was not the verifier that refused. */
  readonly verifierLog: string;

  constructor(what: string, cause: KernelError, messages: readonly string[], verifierLog: string) {
    super(`${what}: ${cause.code}${summary(messages, verifierLog)}`, { cause });
    this.messages = messages;
    this.verifierLog = verifierLog;
  }
}

/** The verifier's reason is its last line before the statistics. */
function summary(messages: readonly string[], verifierLog: string): string {
  const lines = verifierLog.split('\n').filter((line) => line.trim() !== '' && !/^processed \d+/.test(line));
  const last = lines.at(-1);
  if (last !== undefined) return `: ${last.trim()} (${lines.length - 1} line(s) omitted)`;
  return messages[0] === undefined ? '' : `: ${messages[0]}`;
}
