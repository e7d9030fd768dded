/**
 * The result of ADD (SPEC.md, "Section 5: Result Types"). In memory it always has the shape of 1.1.0; older
 * shapes exist only on the wire.
 */
import { isIP } from 'node:net';
import { CNI_CODES, CniError } from './errors.ts';
import { Fields, isObject, type JsonObject } from './json.ts';
import { IMPLIED_VERSION, isAtLeast, RUNTIME_VERSIONS } from './versions.ts';

export interface CniInterface {
  readonly name: string;
  readonly mac?: string;
  /** Bytes. */
  readonly mtu?: number;
  /** Path of the namespace; absent for an interface on the host. */
  readonly sandbox?: string;
  readonly socketPath?: string;
  readonly pciID?: string;
}

export interface CniIp {
  /** Address with prefix length, e.g. 10.20.0.7/32. */
  readonly address: string;
  readonly gateway?: string;
  /** Index into interfaces. */
  readonly interface?: number;
}

export interface CniRoute {
  /** CIDR notation. */
  readonly dst: string;
  readonly gw?: string;
  readonly mtu?: number;
  readonly advmss?: number;
  readonly priority?: number;
  readonly table?: number;
  readonly scope?: number;
}

export interface CniDns {
  readonly nameservers?: readonly string[];
  readonly domain?: string;
  readonly search?: readonly string[];
  readonly options?: readonly string[];
}

export interface CniResult {
  readonly interfaces: readonly CniInterface[];
  readonly ips: readonly CniIp[];
  readonly routes: readonly CniRoute[];
  readonly dns?: CniDns;
}

/** The family of an address in CIDR notation. */
function familyOf(address: string): 'ipv4' | 'ipv6' {
  return address.includes(':') ? 'ipv6' : 'ipv4';
}

/**
 * The result as JSON of the given version (pkg/types/100 and 040). Up to 0.4.0 each address names its IP
 * version and interfaces have only name, mac and sandbox. Empty lists are left out, as libcni does.
 */
export function resultToJson(result: CniResult, version: string): JsonObject {
  const old = !isAtLeast(version, '1.0.0');
  const interfaces = old
    ? result.interfaces.map(({ name, mac, sandbox }) => omitEmpty({ name, mac, sandbox }))
    : result.interfaces;
  const ips = old
    ? result.ips.map((ip) => ({ version: familyOf(ip.address) === 'ipv4' ? '4' : '6', ...ip }))
    : result.ips;
  return {
    cniVersion: version,
    ...(interfaces.length > 0 ? { interfaces } : {}),
    ...(ips.length > 0 ? { ips } : {}),
    ...(result.routes.length > 0 ? { routes: result.routes } : {}),
    ...(result.dns && Object.keys(result.dns).length > 0 ? { dns: result.dns } : {}),
  };
}

/**
 * Reads a result of any version from 0.3.0 on. One without cniVersion is taken for `version`, that of the
 * configuration, as libcni does (containernetworking/cni#895). Unknown fields are dropped.
 * Throws CniError 6 naming every field that is wrong, 1 for an unsupported version.
 */
export function resultFromJson(value: unknown, version: string): CniResult {
  if (!isObject(value)) throw new CniError(CNI_CODES.decode, 'result is not a JSON object');
  const top = new Fields(value);
  const own = top.string('cniVersion') || version || IMPLIED_VERSION;
  if (!(RUNTIME_VERSIONS as readonly string[]).includes(own)) {
    throw new CniError(
      CNI_CODES.incompatibleVersion,
      'incompatible CNI versions',
      `result is ${JSON.stringify(own)}, supported are ${JSON.stringify(RUNTIME_VERSIONS)}`,
    );
  }
  const interfaces = top.objects('interfaces').map(readInterface);
  const ips = top.objects('ips').map((ip) => readIp(ip, interfaces.length));
  const routes = top.objects('routes').map(readRoute);
  const dns = readDns(top);
  if (top.problems.length > 0) {
    throw new CniError(CNI_CODES.decode, 'invalid CNI result', top.problems.join('; '));
  }
  return { interfaces, ips, routes, ...(dns ? { dns } : {}) };
}

function readInterface(field: Fields): CniInterface {
  return omitEmpty({
    name: field.string('name') ?? '',
    mac: field.string('mac'),
    mtu: field.integer('mtu', 0, 2 ** 31 - 1) || undefined,
    sandbox: field.string('sandbox'),
    socketPath: field.string('socketPath'),
    pciID: field.string('pciID'),
  });
}

function readIp(field: Fields, interfaces: number): CniIp {
  const address = field.string('address') ?? '';
  if (!isCidr(address)) field.expected('address', 'an address with prefix length');
  const gateway = field.string('gateway');
  if (gateway && isIP(gateway) === 0) field.expected('gateway', 'an IP address');
  const index = field.integer('interface', 0, Number.MAX_SAFE_INTEGER);
  // An IPAM result has no interfaces at all; then the index means nothing and libcni lets it pass.
  if (index !== undefined && interfaces > 0 && index >= interfaces) {
    field.expected('interface', `an index below ${interfaces}, the number of interfaces`);
  }
  return omitEmpty({ address, gateway, interface: index });
}

function readRoute(field: Fields): CniRoute {
  const dst = field.string('dst') ?? '';
  if (!isCidr(dst)) field.expected('dst', 'a network in CIDR notation');
  const number = (key: string) => field.integer(key, 0, 2 ** 32 - 1);
  return omitEmpty({
    dst,
    gw: field.string('gw'),
    mtu: number('mtu') || undefined,
    advmss: number('advmss') || undefined,
    priority: number('priority') || undefined,
    table: number('table'),
    scope: number('scope'),
  });
}

/** The `dns` object of a result or a configuration; undefined when it is absent or empty. */
export function readDns(parent: Fields): CniDns | undefined {
  const field = parent.object('dns');
  if (!field) return undefined;
  const list = (key: string) => {
    const value = field.raw(key) === null ? undefined : field.strings(key);
    return value && value.length > 0 ? value : undefined;
  };
  const dns = omitEmpty({
    nameservers: list('nameservers'),
    domain: field.string('domain'),
    search: list('search'),
    options: list('options'),
  });
  return Object.keys(dns).length > 0 ? dns : undefined;
}

/** Whether the text is an address of either family with a prefix length that fits it. */
export function isCidr(text: string): boolean {
  const [address = '', prefix = '', ...rest] = text.split('/');
  const family = isIP(address);
  return (
    family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(prefix) && +prefix <= (family === 4 ? 32 : 128)
  );
}

type Present<T> = { [K in keyof T as undefined extends T[K] ? never : K]: T[K] } & {
  [K in keyof T as undefined extends T[K] ? K : never]?: Exclude<T[K], undefined>;
};

/** The object without its undefined and empty-string fields, in the same order. */
function omitEmpty<T extends object>(object: T): Present<T> {
  const kept = Object.entries(object).filter(([, value]) => value !== undefined && value !== '');
  return Object.fromEntries(kept) as Present<T>;
}
