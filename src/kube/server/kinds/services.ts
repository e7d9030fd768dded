import type { Service } from '../../objects.ts';
import { SERVICES } from '../../resources.ts';
import type { ServiceAddresses } from '../allocators/service-addresses.ts';
import { needsClusterIp, needsNodePort, type ServiceAllocator } from '../allocators/service-allocator.ts';
import { define } from '../registry/define.ts';
import type { Draft, ResourceSpec } from '../registry/resource-spec.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { fieldReaders } from '../selector/field-selector.ts';
import { SERVICE_COLUMNS } from '../table/service-columns.ts';
import { dns1035Problem } from '../validation/names.ts';
import { validateService, validateServiceUpdate } from '../validation/service.ts';
import { defaultFamilies } from './service-families.ts';

/** Services with their addresses and ports. */
export function serviceSpec(allocator: ServiceAllocator, addresses: ServiceAddresses): ResourceSpec {
  return define<Service>(SERVICES, builtinSchema('Service'), {
    shortNames: ['svc'],
    categories: ['all'],
    nameProblem: dns1035Problem,
    hasStatus: true,
    createOnUpdate: true,
    returnsDeleted: true,
    fields: fieldReaders('spec.clusterIP', 'spec.type'),
    columns: SERVICE_COLUMNS,
    hooks: {
      prepareCreate(draft) {
        draft.status = { loadBalancer: {} };
      },
      defaults(draft) {
        if (!draft.spec) return;
        defaultSpec(draft);
        defaultFamilies(draft, addresses.families);
      },
      prepareUpdate: keepAllocated,
      validate: (service, errors) => validateService(service, addresses.families, errors),
      validateUpdate: validateServiceUpdate,
      reserve: (draft, live, admission) => allocator.reserve(draft, live, admission),
      removed: (service) => allocator.release(service),
    },
  });
}

/** k8s.io/kubernetes: pkg/apis/core/v1/defaults.go: SetDefaults_Service. */
function defaultSpec({ spec }: Draft<Service>): void {
  spec.type ??= 'ClusterIP';
  spec.sessionAffinity ??= 'None';
  if (spec.sessionAffinity === 'None') delete spec.sessionAffinityConfig;
  else spec.sessionAffinityConfig ??= { clientIP: { timeoutSeconds: 10_800 } };
  for (const port of spec.ports ?? []) {
    port.protocol ??= 'TCP';
    if (!port.targetPort) port.targetPort = port.port;
  }
  if (spec.type === 'ExternalName') return;
  spec.internalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'ClusterIP') return;
  spec.externalTrafficPolicy ??= 'Cluster';
  if (spec.type === 'LoadBalancer') spec.allocateLoadBalancerNodePorts ??= true;
}

/** A client that leaves out what was allocated keeps it (patchAllocatedValues), and loses what no longer fits. */
function keepAllocated(draft: Draft<Service>, live: Service): void {
  const { spec } = draft;
  if (!spec) return;
  const before = live.spec;
  if (spec.type !== 'ExternalName' && needsClusterIp(live)) {
    if (!spec.clusterIP && !spec.clusterIPs?.length) {
      spec.clusterIP = before.clusterIP!;
      spec.clusterIPs = [...(before.clusterIPs ?? [])];
    } else if (spec.clusterIP === before.clusterIP) spec.clusterIPs ??= [...(before.clusterIPs ?? [])];
    if (spec.ipFamilies === undefined && spec.ipFamilyPolicy === undefined) {
      spec.ipFamilyPolicy = before.ipFamilyPolicy!;
      spec.ipFamilies = [...(before.ipFamilies ?? [])];
    }
    if (spec.ipFamilyPolicy === 'SingleStack') {
      spec.clusterIPs = spec.clusterIPs?.slice(0, 1) ?? [];
      if (spec.ipFamilies) spec.ipFamilies = spec.ipFamilies.slice(0, 1);
    }
  }
  const hasPorts = needsNodePort(draft as Service);
  for (const port of spec.ports ?? []) {
    if (hasPorts && !port.nodePort && needsNodePort(live)) {
      // By name, whatever else of the port has changed; never one that another port names.
      const same = before.ports?.findLast((other) => (other.name ?? '') === (port.name ?? ''))?.nodePort;
      if (same && !spec.ports?.some(({ nodePort }) => nodePort === same)) port.nodePort = same;
    }
    if (!hasPorts && same(port.nodePort, live, port)) delete port.nodePort;
  }
  if (spec.type === 'ClusterIP') delete spec.externalTrafficPolicy;
}

/** A node port that the service had, and that its new type does not have. */
function same(nodePort: number | undefined, live: Service, port: { port: number }): boolean {
  return live.spec.ports?.some((other) => other.port === port.port && other.nodePort === nodePort) ?? false;
}
