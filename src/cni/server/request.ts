/** A call of churnlab-cni with everything read and checked, ready for the backend. */
import { type CniArgs, parseCniArgs, validateEnvironment } from '../args.ts';
import { CNI_CODES, CniError } from '../errors.ts';
import {
  type AttachmentId,
  type ChurnlabConfig,
  parseEnvelope,
  readChurnlabConfig,
} from '../plugin-config.ts';
import type { CniResult } from '../result.ts';
import { type CniCommand, hasVerb, PLUGIN_VERSIONS } from '../versions.ts';
import type { WireRequest } from './wire.ts';

/** Instants of a call, CLOCK_MONOTONIC in ns. */
export interface CallClock {
  /** First instruction of churnlab-cni; undefined when the client did not say. */
  readonly t0: number | undefined;
  /** The whole request has arrived. */
  readonly acceptedNs: number;
}

interface Call extends CallClock {
  readonly config: ChurnlabConfig;
  /** CNI_PATH as it came. */
  readonly path: string;
}

interface Attachment extends Call, AttachmentId {
  readonly args: CniArgs;
  /** Path of the pod's namespace; empty only in DEL. */
  readonly netns: string;
}

export interface AddRequest extends Attachment {
  readonly command: 'ADD';
}
export interface CheckRequest extends Attachment {
  readonly command: 'CHECK';
  /** What ADD answered, as later plugins of the chain left it. */
  readonly prevResult: CniResult;
}
export interface DelRequest extends Attachment {
  readonly command: 'DEL';
  /** Whether it comes from the queue on disk: nobody waits for the answer. */
  readonly replayed: boolean;
}
export interface GcRequest extends Call {
  readonly command: 'GC';
  readonly validAttachments: readonly AttachmentId[];
}
export interface StatusRequest extends Call {
  readonly command: 'STATUS';
}
export type CniRequest = AddRequest | CheckRequest | DelRequest | GcRequest | StatusRequest;

/**
 * Checks a call in the order of pkg/skel: variables (4), JSON (6), network name (7), version (1), fields (2, 7).
 * Throws CniError with these codes.
 */
export function parseRequest(wire: WireRequest, acceptedNs: number, replayed = false): CniRequest {
  const command = validateEnvironment(wire.env);
  if (command === 'VERSION') {
    throw new CniError(
      CNI_CODES.invalidEnvironment,
      'unknown CNI_COMMAND: VERSION is answered by churnlab-cni itself',
    );
  }
  const envelope = parseEnvelope(wire.stdin);
  requireVersion(envelope.cniVersion, command);
  const config = readChurnlabConfig(envelope, { lenient: command === 'DEL' || command === 'GC' });
  const t0 = Number(wire.env.CHURNLAB_T0 ?? 'none');
  const call = {
    config,
    path: wire.env.CNI_PATH ?? '',
    t0: Number.isSafeInteger(t0) ? t0 : undefined,
    acceptedNs,
  };
  if (command === 'STATUS') return { command, ...call };
  if (command === 'GC') return { command, ...call, validAttachments: requireAttachments(config) };
  const attachment = {
    ...call,
    containerId: wire.env.CNI_CONTAINERID ?? '',
    netns: wire.env.CNI_NETNS ?? '',
    ifname: wire.env.CNI_IFNAME ?? '',
    args: readArgs(wire.env.CNI_ARGS ?? '', command),
  };
  if (command === 'CHECK') return { command, ...attachment, prevResult: requirePrevResult(config) };
  return command === 'DEL' ? { command, ...attachment, replayed } : { command, ...attachment };
}

/** Texts of pkg/skel and pkg/version/reconcile.go. */
function requireVersion(version: string, command: CniCommand): void {
  if (!(PLUGIN_VERSIONS as readonly string[]).includes(version)) {
    const details = `config is ${JSON.stringify(version)}, plugin supports ${JSON.stringify(PLUGIN_VERSIONS)}`;
    throw new CniError(CNI_CODES.incompatibleVersion, 'incompatible CNI versions', details);
  }
  if (!hasVerb(version, command)) {
    throw new CniError(CNI_CODES.incompatibleVersion, `config version does not allow ${command}`);
  }
}

/** A pod must be removable with pairs that nobody can read. */
function readArgs(text: string, command: CniCommand): CniArgs {
  try {
    return parseCniArgs(text);
  } catch (error) {
    if (command === 'DEL') return { other: {} };
    throw error;
  }
}

/** Without the list nothing may be removed: "none is valid" has to be said (SPEC.md, "GC"). */
function requireAttachments(config: ChurnlabConfig): readonly AttachmentId[] {
  if (config.validAttachments) return config.validAttachments;
  throw new CniError(CNI_CODES.invalidConfig, 'GC without a readable list cni.dev/valid-attachments');
}

/** CHECK compares with what ADD answered (SPEC.md, "CHECK"). */
function requirePrevResult(config: ChurnlabConfig): CniResult {
  if (config.prevResult) return config.prevResult;
  throw new CniError(CNI_CODES.invalidConfig, 'CHECK without prevResult');
}
