import { isRecord } from '../schema/prune.ts';
import type { FieldErrors } from '../status/field-errors.ts';
import { labelProblem, subdomainProblem } from './names.ts';

type Json = Record<string, unknown>;

const RESTART_POLICIES = ['Always', 'OnFailure', 'Never'];
const DNS_POLICIES = ['ClusterFirstWithHostNet', 'ClusterFirst', 'Default', 'None'];
const PROTOCOLS = ['SCTP', 'TCP', 'UDP'];

/** The essentials of a pod's spec (k8s.io/kubernetes: pkg/apis/core/validation: ValidatePodSpec). */
export function validatePodSpec(spec: Json | undefined, path: string, errors: FieldErrors): void {
  const containers = list(spec?.containers);
  if (containers.length === 0) errors.required(`${path}.containers`);
  if (!spec) return;
  const names = new Set<unknown>();
  containers.forEach((container, i) => {
    validateContainer(container, `${path}.containers[${i}]`, names, errors);
  });
  list(spec.initContainers).forEach((container, i) => {
    validateContainer(container, `${path}.initContainers[${i}]`, names, errors);
  });
  oneOf(spec.restartPolicy, RESTART_POLICIES, `${path}.restartPolicy`, errors);
  oneOf(spec.dnsPolicy, DNS_POLICIES, `${path}.dnsPolicy`, errors);
  const { nodeName, hostname, activeDeadlineSeconds } = spec;
  const nodeProblem = nodeName ? subdomainProblem(String(nodeName)) : undefined;
  if (nodeProblem) errors.invalid(`${path}.nodeName`, nodeName, nodeProblem);
  const hostProblem = hostname ? labelProblem(String(hostname)) : undefined;
  if (hostProblem) errors.invalid(`${path}.hostname`, hostname, hostProblem);
  if (typeof activeDeadlineSeconds === 'number' && activeDeadlineSeconds < 1) {
    errors.invalid(
      `${path}.activeDeadlineSeconds`,
      activeDeadlineSeconds,
      'must be between 1 and 2147483647, inclusive',
    );
  }
  validateVolumes(spec, path, errors);
}

function validateContainer(container: Json, path: string, names: Set<unknown>, errors: FieldErrors): void {
  const { name, image } = container;
  if (!name) errors.required(`${path}.name`);
  else {
    const problem = labelProblem(String(name));
    if (problem) errors.invalid(`${path}.name`, name, problem);
    if (names.has(name)) errors.duplicate(`${path}.name`, name);
    names.add(name);
  }
  if (!image) errors.required(`${path}.image`);
  const portNames = new Set<unknown>();
  list(container.ports).forEach((port, i) => {
    const at = `${path}.ports[${i}]`;
    if (port.name !== undefined && portNames.has(port.name)) errors.duplicate(`${at}.name`, port.name);
    portNames.add(port.name);
    validatePort(port.containerPort, `${at}.containerPort`, errors);
    if (port.hostPort !== undefined) validatePort(port.hostPort, `${at}.hostPort`, errors);
    oneOf(port.protocol, PROTOCOLS, `${at}.protocol`, errors);
  });
}

function validateVolumes(spec: Json, path: string, errors: FieldErrors): void {
  const volumes = new Set<unknown>();
  list(spec.volumes).forEach(({ name }, i) => {
    if (!name) errors.required(`${path}.volumes[${i}].name`);
    else if (volumes.has(name)) errors.duplicate(`${path}.volumes[${i}].name`, name);
    volumes.add(name);
  });
  list(spec.containers).forEach((container, i) => {
    list(container.volumeMounts).forEach((mount, j) => {
      const at = `${path}.containers[${i}].volumeMounts[${j}]`;
      if (!mount.mountPath) errors.required(`${at}.mountPath`);
      if (!volumes.has(mount.name)) errors.notFound(`${at}.name`, mount.name);
    });
  });
}

export function validatePort(port: unknown, path: string, errors: FieldErrors): void {
  if (port === undefined) errors.required(path);
  else if (typeof port !== 'number' || port < 1 || port > 65535) {
    errors.invalid(path, port, 'must be between 1 and 65535, inclusive');
  }
}

export function oneOf(value: unknown, supported: readonly string[], path: string, errors: FieldErrors): void {
  if (value !== undefined && !supported.includes(value as string))
    errors.notSupported(path, value, supported);
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isRecord) : []);
