/** What a runtime says about one attachment (libcni's RuntimeConf). */
import { validateContainerId, validateInterfaceName } from '../args.ts';
import type { AttachmentId } from '../plugin-config.ts';

export interface Attachment extends AttachmentId {
  /** Path of the pod's network namespace; empty when it is gone. */
  readonly netns: string;
  /** Pairs for CNI_ARGS. */
  readonly args?: readonly (readonly [string, string])[];
  /** By capability: passed to the plugins whose configuration has it switched on. */
  readonly capabilityArgs?: Readonly<Record<string, unknown>>;
}

/** Throws CniError 3 or 4: names become parts of file names. */
export function validateAttachment(attachment: AttachmentId): void {
  validateContainerId(attachment.containerId);
  validateInterfaceName(attachment.ifname);
}
