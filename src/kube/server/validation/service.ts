import { type Family, Ip } from '../../../ip/index.ts';
import type { Service, ServicePort } from '../../objects.ts';
import { FAMILY, needsClusterIp } from '../allocators/service-allocator.ts';
import { jsonEqual } from '../rest/thaw.ts';
import type { FieldErrors } from '../status/field-errors.ts';
import { labelProblem } from './names.ts';
import { oneOf, validatePort } from './pod-spec.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const AFFINITIES = ['ClientIP', 'None'];
const POLICIES = ['Cluster', 'Local'];
const FAMILY_POLICIES = ['PreferDualStack', 'RequireDualStack', 'SingleStack'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The essentials of a service (k8s.io/kubernetes: pkg/apis/core/validation: ValidateService). */
export function validateService({ spec }: Service, cluster: readonly Family[], errors: FieldErrors): void {
  if (!spec) {
    errors.required('spec');
    return;
  }
  oneOf(spec.type, TYPES, 'spec.type', errors);
  oneOf(spec.sessionAffinity, AFFINITIES, 'spec.sessionAffinity', errors);
  oneOf(spec.internalTrafficPolicy, POLICIES, 'spec.internalTrafficPolicy', errors);
  oneOf(spec.externalTrafficPolicy, POLICIES, 'spec.externalTrafficPolicy', errors);
  oneOf(spec.ipFamilyPolicy, FAMILY_POLICIES, 'spec.ipFamilyPolicy', errors);
  if (spec.externalTrafficPolicy && spec.type !== 'NodePort' && spec.type !== 'LoadBalancer') {
    errors.invalid(
      'spec.externalTrafficPolicy',
      spec.externalTrafficPolicy,
      'may only be set for externally-accessible services',
    );
  }
  if (spec.type === 'ExternalName' && !spec.externalName) errors.required('spec.externalName');
  validatePorts(spec, errors);
  validateAddresses(spec, errors);
  validateFamilies({ spec } as Service, cluster, errors);
}

function validatePorts(spec: Service['spec'], errors: FieldErrors): void {
  const ports = spec.ports ?? [];
  const headless = spec.clusterIP === 'None';
  if (ports.length === 0 && !headless && spec.type !== 'ExternalName') errors.required('spec.ports');
  const names = new Set<string>();
  const pairs = new Set<string>();
  ports.forEach((port, i) => {
    const at = `spec.ports[${i}]`;
    validateName(port, at, ports.length > 1, names, errors);
    validatePort(port.port, `${at}.port`, errors);
    oneOf(port.protocol, PROTOCOLS, `${at}.protocol`, errors);
    if (typeof port.targetPort === 'number') validatePort(port.targetPort, `${at}.targetPort`, errors);
    const pair = `${port.protocol}/${port.port}`;
    if (pairs.has(pair)) errors.duplicate(at, { protocol: port.protocol, port: port.port });
    pairs.add(pair);
    if (port.nodePort && (spec.type === 'ClusterIP' || spec.type === 'ExternalName')) {
      errors.forbidden(`${at}.nodePort`, "may not be used when `type` is 'ClusterIP'");
    }
  });
}

function validateName(
  port: ServicePort,
  at: string,
  required: boolean,
  names: Set<string>,
  errors: FieldErrors,
): void {
  const { name = '' } = port;
  if (name === '') {
    if (required) errors.required(`${at}.name`);
    return;
  }
  const problem = labelProblem(name);
  if (problem) errors.invalid(`${at}.name`, name, problem);
  if (names.has(name)) errors.duplicate(`${at}.name`, name);
  names.add(name);
}

function validateAddresses(spec: Service['spec'], errors: FieldErrors): void {
  const ips = spec.clusterIPs ?? [];
  if (ips.length > 0 && spec.clusterIP !== ips[0]) {
    errors.invalid('spec.clusterIPs', ips, 'first value must match `clusterIP`');
  }
  if (ips.length > 2) errors.invalid('spec.clusterIPs', ips, 'may only hold up to 2 values');
  ips.forEach((ip, i) => {
    if (ip === 'None') {
      if (ips.length > 1)
        errors.invalid(`spec.clusterIPs[${i}]`, ips, "`clusterIPs` may not contain 'None' and other values");
      if (spec.type === 'NodePort' || spec.type === 'LoadBalancer') {
        errors.invalid(`spec.clusterIPs[${i}]`, ip, `may not be set to 'None' for ${spec.type} services`);
      }
    } else if (!isAddress(ip)) {
      errors.invalid(
        `spec.clusterIPs[${i}]`,
        ip,
        'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)',
      );
    }
  });
}

function validateFamilies(service: Service, cluster: readonly Family[], errors: FieldErrors): void {
  const { spec } = service;
  if (spec.type === 'ExternalName' || !needsClusterIp(service)) return;
  if (spec.ipFamilyPolicy === 'RequireDualStack' && cluster.length < 2) {
    const detail = 'this cluster is not configured for dual-stack services';
    errors.invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail);
  }
  if (spec.ipFamilyPolicy === 'SingleStack' && (spec.ipFamilies?.length ?? 0) > 1) {
    const detail = "must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified";
    errors.invalid('spec.ipFamilyPolicy', spec.ipFamilyPolicy, detail);
  }
  spec.ipFamilies?.forEach((family, i) => {
    const at = `spec.ipFamilies[${i}]`;
    if (!(family in FAMILY)) errors.notSupported(at, family, ['IPv4', 'IPv6']);
    else if (!cluster.includes(FAMILY[family])) errors.invalid(at, family, 'not configured on this cluster');
    const ip = spec.clusterIPs?.[i];
    if (ip && isAddress(ip) && Ip.parse(ip).family !== FAMILY[family]) {
      errors.invalid(
        `spec.clusterIPs[${i}]`,
        ip,
        `expected an ${family} value as indicated by \`ipFamilies[${i}]\``,
      );
    }
  });
}

/** What may not change once it is there (ValidateServiceUpdate). */
export function validateServiceUpdate(service: Service, live: Service, errors: FieldErrors): void {
  if (service.spec?.type === 'ExternalName' || live.spec.type === 'ExternalName') return;
  const before = live.spec.clusterIPs?.[0];
  const after = service.spec?.clusterIPs?.[0];
  if (before && after !== before)
    errors.invalid('spec.clusterIPs[0]', service.spec.clusterIPs ?? [], 'may not change once set');
  const [family] = live.spec.ipFamilies ?? [];
  if (family && service.spec.ipFamilies?.[0] !== family && jsonEqual(before, after)) {
    errors.invalid('spec.ipFamilies[0]', service.spec.ipFamilies?.[0], 'may not change once set');
  }
}

function isAddress(text: string): boolean {
  try {
    Ip.parse(text);
    return true;
  } catch {
    return false;
  }
}
