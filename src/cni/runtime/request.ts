/** What a plugin is given: environment and configuration on stdin (SPEC.md, "Section 3"). */
import { formatCniArgs } from '../args.ts';
import type { NetworkList, PluginConfig } from '../config.ts';
import type { JsonObject } from '../json.ts';
import type { AttachmentId } from '../plugin-config.ts';
import { type CniResult, resultToJson } from '../result.ts';
import type { CniCommand } from '../versions.ts';
import type { Attachment } from './attachment.ts';

/** What a call adds to a plugin's configuration. */
export interface RequestAdditions {
  readonly attachment?: Attachment | undefined;
  readonly prevResult?: CniResult | undefined;
  /** GC alone. */
  readonly validAttachments?: readonly AttachmentId[];
}

/**
 * The plugin's configuration with version, name, runtimeConfig, prevResult or the valid attachments, and without
 * `capabilities` and keys of `cni.dev/`, which are the runtime's ("Deriving request configuration").
 */
export function requestConfig(
  list: NetworkList,
  plugin: PluginConfig,
  additions: RequestAdditions,
): JsonObject {
  const own = Object.entries(plugin.raw).filter(
    ([key]) => key !== 'capabilities' && !key.startsWith('cni.dev/'),
  );
  const runtimeConfig = chosen(plugin.capabilities, additions.attachment?.capabilityArgs ?? {});
  const { prevResult, validAttachments } = additions;
  const valid = validAttachments?.map(({ containerId, ifname }) => ({ containerID: containerId, ifname }));
  return {
    ...Object.fromEntries(own),
    cniVersion: list.cniVersion,
    name: list.name,
    ...(Object.keys(runtimeConfig).length > 0 ? { runtimeConfig } : {}),
    ...(prevResult ? { prevResult: resultToJson(prevResult, list.cniVersion) } : {}),
    // The second is what plugins built with libcni before 1.2.3 read (cni#1101).
    ...(valid ? { 'cni.dev/valid-attachments': valid, 'cni.dev/attachments': valid } : {}),
  };
}

/** The capability arguments that the plugin declares ("Deriving runtimeConfig"). */
function chosen(capabilities: readonly string[], args: Readonly<Record<string, unknown>>): JsonObject {
  const given = capabilities.filter((name) => Object.hasOwn(args, name) && args[name] !== undefined);
  return Object.fromEntries(given.map((name) => [name, args[name]]));
}

/** All variables of the protocol, empty where they mean nothing, over the given environment. */
export function requestEnvironment(
  base: Readonly<Record<string, string>>,
  command: CniCommand,
  pluginPath: readonly string[],
  attachment: Attachment | undefined,
): Record<string, string> {
  return {
    ...base,
    CNI_COMMAND: command,
    CNI_CONTAINERID: attachment?.containerId ?? '',
    CNI_NETNS: attachment?.netns ?? '',
    CNI_ARGS: formatCniArgs(attachment?.args ?? []),
    CNI_IFNAME: attachment?.ifname ?? '',
    CNI_PATH: pluginPath.join(':'),
  };
}
