/**
 * The configuration of churnlab-cni itself, as it arrives on stdin. Strict for ADD, CHECK and STATUS: an unknown
 * field is code 2 with its key and value. Lenient for DEL and GC, since a pod must be removable whatever its
 * configuration looks like by now.
 */
import { isIP } from 'node:net';
import { validateContainerId, validateInterfaceName, validateNetworkName } from './args.ts';
import { CNI_CODES, CniError } from './errors.ts';
import { Fields, isObject, type JsonObject, show } from './json.ts';
import { type CniDns, type CniResult, isCidr, readDns, resultFromJson } from './result.ts';
import { IMPLIED_VERSION } from './versions.ts';

/** The type in a configuration, and the file name of the program. */
export const PLUGIN_TYPE = 'churnlab-cni';

/** One entry of the capability portMappings (CONVENTIONS.md). */
export interface PortMapping {
  readonly hostPort: number;
  readonly containerPort: number;
  readonly protocol: 'tcp' | 'udp' | 'sctp';
  readonly hostIP?: string;
}

/** An attachment, as GC lists those that are still valid. */
export interface AttachmentId {
  readonly containerId: string;
  readonly ifname: string;
}

export interface ChurnlabConfig {
  readonly cniVersion: string;
  /** Name of the network. */
  readonly name: string;
  /** MTU of the pod's interface in bytes; absent: the agent derives it from the fabric. */
  readonly mtu?: number;
  /** Whether STATUS answers 51 while no address is free. */
  readonly statusOnExhaustion: boolean;
  readonly dns?: CniDns;
  /** Addresses asked for by the capability `ips` or by args.cni.ips; with or without prefix length. */
  readonly requestedIps: readonly string[];
  /** Asked for by the capability `mac` or by args.cni.mac; lower case. */
  readonly requestedMac?: string;
  readonly portMappings: readonly PortMapping[];
  readonly prevResult?: CniResult;
  /** GC only: undefined when the runtime sent no list at all, which must not be read as "none is valid". */
  readonly validAttachments?: readonly AttachmentId[];
}

const KNOWN = [
  'cniVersion', 'cniVersions', 'name', 'type', 'capabilities', 'runtimeConfig', 'args', 'prevResult',
  'mtu', 'statusOnExhaustion', 'ipam', 'dns', 'disableCheck', 'disableGC',
]; // biome-ignore format: a table
const KNOWN_IPAM = ['type'];
const KNOWN_RUNTIME = ['ips', 'mac', 'portMappings'];

/** IPv6 needs 1280 (RFC 8200, section 5); a veth takes up to 65535 (drivers/net/veth.c). */
const [MIN_MTU, MAX_MTU] = [1280, 65535];

/** The JSON on stdin with its version and network name; the rest is read once the verb is known to fit. */
export interface Envelope {
  readonly cniVersion: string;
  readonly name: string;
  readonly raw: JsonObject;
}

/** Throws CniError 6 for what is not JSON, 7 for a network without a (valid) name (pkg/skel). */
export function parseEnvelope(stdin: string): Envelope {
  let raw: unknown;
  try {
    raw = JSON.parse(stdin);
  } catch (cause) {
    const message = `error unmarshall network config: ${(cause as Error).message}`;
    throw new CniError(CNI_CODES.decode, message, '', { cause });
  }
  if (!isObject(raw))
    throw new CniError(CNI_CODES.decode, `error unmarshall network config: got ${show(raw)}`);
  const { name = '', cniVersion = '' } = raw;
  if (typeof name !== 'string' || typeof cniVersion !== 'string') {
    const details = `name is ${show(name)}, cniVersion is ${show(cniVersion)}`;
    throw new CniError(CNI_CODES.decode, 'error unmarshall network config: Expected strings', details);
  }
  validateNetworkName(name);
  return { name, cniVersion: cniVersion || IMPLIED_VERSION, raw };
}

/**
 * Reads the fields of our own configuration. Throws CniError 2 for an unknown field, 7 with every field that is
 * wrong, 6 for a previous result that cannot be read; with `lenient` none of these: what is wrong is left out.
 */
export function readChurnlabConfig(envelope: Envelope, { lenient = false } = {}): ChurnlabConfig {
  const top = new Fields(envelope.raw);
  const runtime = top.object('runtimeConfig');
  const ipam = top.object('ipam');
  const conventional = top.object('args')?.object('cni');
  if (!lenient) {
    refuseUnknown(top, KNOWN);
    if (runtime) refuseUnknown(runtime, KNOWN_RUNTIME);
    if (ipam) refuseUnknown(ipam, KNOWN_IPAM);
  }
  const type = top.string('type');
  if (type !== undefined && type !== PLUGIN_TYPE) top.expected('type', `\`${PLUGIN_TYPE}\``);
  const ipamType = ipam?.string('type');
  if (ipam && ipamType !== undefined && ipamType !== 'churnlab') {
    ipam.expected('type', '`churnlab` (the agent allocates; no other IPAM plugin is called)');
  }
  const config = {
    cniVersion: envelope.cniVersion,
    name: envelope.name,
    statusOnExhaustion: top.boolean('statusOnExhaustion') ?? false,
    requestedIps: readIps(runtime) ?? readIps(conventional) ?? [],
    portMappings: (runtime?.objects('portMappings') ?? []).flatMap(readPortMapping),
    ...optional('mtu', top.integer('mtu', MIN_MTU, MAX_MTU)),
    ...optional('dns', readDns(top)),
    ...optional('requestedMac', readMac(runtime) ?? readMac(conventional)),
    ...optional('prevResult', readPrevResult(envelope, lenient)),
    ...optional('validAttachments', readAttachments(top)),
  };
  if (!lenient && top.problems.length > 0) {
    throw new CniError(CNI_CODES.invalidConfig, 'invalid network config', top.problems.join('; '));
  }
  return config;
}

function refuseUnknown(field: Fields, known: readonly string[]): void {
  const key = field.keys().find((name) => !known.includes(name) && !name.startsWith('cni.dev/'));
  if (key === undefined) return;
  throw new CniError(
    CNI_CODES.unsupportedField,
    `unsupported field ${field.at(key)}: ${JSON.stringify(field.raw(key))}`,
    `${PLUGIN_TYPE} knows ${known.join(', ')}`,
  );
}

function readIps(field: Fields | undefined): readonly string[] | undefined {
  const ips = field?.strings('ips');
  if (ips?.some((ip) => !isCidr(ip) && isIP(ip) === 0)) {
    return field?.expected('ips', 'addresses, with or without prefix length');
  }
  return ips;
}

function readMac(field: Fields | undefined): string | undefined {
  const mac = field?.string('mac')?.toLowerCase();
  if (mac === undefined) return undefined;
  // The lowest bit of the first byte marks a group address (IEEE 802), which no interface can have.
  const unicast = /^[0-9a-f][02468ace](:[0-9a-f]{2}){5}$/.test(mac);
  return unicast ? mac : field?.expected('mac', 'a unicast MAC address such as 0a:58:0a:14:00:07');
}

function readPortMapping(field: Fields): PortMapping[] {
  const hostPort = field.integer('hostPort', 0, 65535);
  const containerPort = field.integer('containerPort', 1, 65535);
  const protocol = (field.string('protocol') || 'tcp').toLowerCase();
  const hostIP = field.string('hostIP');
  if (protocol !== 'tcp' && protocol !== 'udp' && protocol !== 'sctp') {
    field.expected('protocol', '`tcp`, `udp` or `sctp`');
    return [];
  }
  if (hostIP && isIP(hostIP) === 0) field.expected('hostIP', 'an IP address');
  // A mapping to host port 0 is a container port that is only declared (Kubernetes, containerPort alone).
  if (!hostPort || !containerPort) return [];
  return [{ hostPort, containerPort, protocol, ...(hostIP ? { hostIP } : {}) }];
}

function readPrevResult(envelope: Envelope, lenient: boolean): CniResult | undefined {
  const { prevResult } = envelope.raw;
  if (prevResult === undefined || prevResult === null) return undefined;
  try {
    return resultFromJson(prevResult, envelope.cniVersion);
  } catch (error) {
    if (lenient) return undefined;
    throw error;
  }
}

function readAttachments(top: Fields): readonly AttachmentId[] | undefined {
  // libcni sends two keys since the one in the specification was misspelt in code once (cni#1101).
  const key = ['cni.dev/valid-attachments', 'cni.dev/attachments'].find(
    (name) => top.raw(name) !== undefined,
  );
  if (key === undefined) return undefined;
  // Go prints an empty slice as null.
  if (top.raw(key) !== null && !Array.isArray(top.raw(key)))
    return top.expected(key, 'a list of attachments');
  const fields = top.objects(key);
  const entries = fields.map((field) => ({
    containerId: field.string('containerID') ?? '',
    ifname: field.string('ifname') ?? '',
  }));
  for (const { containerId, ifname } of entries) {
    validateContainerId(containerId);
    validateInterfaceName(ifname);
  }
  const listed = (top.raw(key) as unknown[] | null)?.length ?? 0;
  return entries.length === listed ? entries : undefined;
}

function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}
