/** The parameters of a call: the environment (SPEC.md, "Parameters") and the pairs in CNI_ARGS. */
import { CNI_CODES, CniError } from './errors.ts';
import type { CniCommand } from './versions.ts';

export type CniEnvironment = Readonly<Record<string, string>>;

/**
 * What each verb cannot do without (SPEC.md, "CNI operations"). pkg/skel asks for CNI_PATH in every verb; the
 * specification only in GC, and this plugin delegates to nobody.
 */
const REQUIRED: Readonly<Record<CniCommand, readonly string[]>> = {
  ADD: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME'],
  CHECK: ['CNI_CONTAINERID', 'CNI_NETNS', 'CNI_IFNAME'],
  DEL: ['CNI_CONTAINERID', 'CNI_IFNAME'],
  GC: ['CNI_PATH'],
  STATUS: [],
  VERSION: [],
};

/** Characters of a container ID and of a network name (pkg/utils). */
const NAME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]*$/;

/** IFNAMSIZ less its closing zero (linux/if.h). */
const MAX_IFNAME = 15;

/**
 * Checks the variables of a call as pkg/skel does, with its texts and codes, and returns the verb.
 * Throws CniError 4 (3 for an empty container ID).
 */
export function validateEnvironment(env: CniEnvironment): CniCommand {
  const command = env.CNI_COMMAND ?? '';
  if (command === '') throw missing(['CNI_COMMAND']);
  const required = Object.hasOwn(REQUIRED, command) ? REQUIRED[command as CniCommand] : undefined;
  if (!required) throw invalid(`unknown CNI_COMMAND: ${command}`);
  for (const name of required) {
    const value = env[name] ?? '';
    if (value === '') continue;
    if (name === 'CNI_CONTAINERID') validateContainerId(value);
    if (name === 'CNI_IFNAME') validateInterfaceName(value);
  }
  const absent = required.filter((name) => (env[name] ?? '') === '');
  if (absent.length > 0) throw missing(absent);
  return command as CniCommand;
}

/** Throws CniError 3 for an empty ID, 4 for one with other characters than letters, digits, `_`, `.`, `-`. */
export function validateContainerId(id: string): void {
  if (id === '') throw new CniError(CNI_CODES.unknownContainer, 'missing containerID');
  if (!NAME.test(id)) throw invalid('invalid characters in containerID', id);
}

/** Throws CniError 4 for a name that the kernel would refuse. */
export function validateInterfaceName(name: string): void {
  if (name === '') throw invalid('interface name is empty');
  if (Buffer.byteLength(name) > MAX_IFNAME) {
    throw invalid(
      'interface name is too long',
      `interface name should be less than ${MAX_IFNAME + 1} characters`,
    );
  }
  if (name === '.' || name === '..') throw invalid('interface name is . or ..');
  if (/[/:\s]/u.test(name)) throw invalid('interface name contains / or : or whitespace characters');
}

/** Throws CniError 7. */
export function validateNetworkName(name: string): void {
  if (name === '') throw new CniError(CNI_CODES.invalidConfig, 'missing network name');
  if (!NAME.test(name)) {
    throw new CniError(CNI_CODES.invalidConfig, 'invalid characters found in network name', name);
  }
}

/** What a Kubernetes runtime passes in CNI_ARGS, and every other pair under `other`. */
export interface CniArgs {
  readonly podNamespace?: string;
  readonly podName?: string;
  readonly podUid?: string;
  readonly infraContainerId?: string;
  readonly other: Readonly<Record<string, string>>;
}

const KNOWN = {
  K8S_POD_NAMESPACE: 'podNamespace',
  K8S_POD_NAME: 'podName',
  K8S_POD_UID: 'podUid',
  K8S_POD_INFRA_CONTAINER_ID: 'infraContainerId',
} as const;

/**
 * Reads `KEY=VALUE;KEY=VALUE`. Unknown keys are kept whether IgnoreUnknown is set or not: the plugin that
 * comes next in the chain may want them. Throws CniError 4 for a pair without exactly one `=` (pkg/types/args).
 */
export function parseCniArgs(text: string): CniArgs {
  const known: Partial<Record<(typeof KNOWN)[keyof typeof KNOWN], string>> = {};
  const other: Record<string, string> = {};
  for (const pair of text === '' ? [] : text.split(';')) {
    const [key = '', value, ...rest] = pair.split('=');
    if (value === undefined || rest.length > 0 || key === '') {
      throw invalid(`CNI_ARGS: invalid pair ${JSON.stringify(pair)}`);
    }
    if (Object.hasOwn(KNOWN, key)) known[KNOWN[key as keyof typeof KNOWN]] = value;
    else Object.defineProperty(other, key, { value, enumerable: true, configurable: true, writable: true });
  }
  return { ...known, other };
}

/** The text of CNI_ARGS from pairs (pkg/invoke/args). */
export function formatCniArgs(pairs: readonly (readonly [string, string])[]): string {
  return pairs.map(([key, value]) => `${key}=${value}`).join(';');
}

function missing(names: readonly string[]): CniError {
  return invalid(`required env variables [${names.join(',')}] missing`);
}

function invalid(message: string, details = ''): CniError {
  return new CniError(CNI_CODES.invalidEnvironment, message, details);
}
