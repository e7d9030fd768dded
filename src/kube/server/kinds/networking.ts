import { isIP } from 'node:net';
import { Cidr, Ip } from '../../../ip/index.ts';
import type { EndpointSlice, IpAddress, Lease } from '../../objects.ts';
import { ENDPOINT_SLICES, IP_ADDRESSES, LEASES } from '../../resources.ts';
import type { KubeObject, Resource } from '../../types.ts';
import type { ServiceAddresses } from '../allocators/service-addresses.ts';
import { define } from '../registry/define.ts';
import type { ResourceSpec } from '../registry/resource-spec.ts';
import { jsonEqual } from '../rest/thaw.ts';
import { builtinSchema } from '../schema/builtin.ts';
import { fieldReaders } from '../selector/field-selector.ts';
import {
  ENDPOINT_SLICE_COLUMNS,
  INGRESS_COLUMNS,
  IP_ADDRESS_COLUMNS,
  LEASE_COLUMNS,
  SERVICE_CIDR_COLUMNS,
} from '../table/network-columns.ts';
import { oneOf } from '../validation/pod-spec.ts';

const GROUP = 'networking.k8s.io';
const networking = (plural: string, kind: string, namespaced: boolean): Resource => ({
  group: GROUP,
  version: 'v1',
  plural,
  kind,
  namespaced,
});

export const SERVICE_CIDRS = networking('servicecidrs', 'ServiceCIDR', false);

interface ServiceCidr extends KubeObject {
  readonly spec?: { readonly cidrs?: readonly string[] };
  readonly status?: { readonly conditions?: readonly object[] };
}

const NO_ADDRESS = 'must be a valid IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)';

const SLICE_SPEC = define<EndpointSlice>(ENDPOINT_SLICES, builtinSchema('EndpointSlice'), {
  hasGeneration: true,
  columns: ENDPOINT_SLICE_COLUMNS,
  hooks: {
    defaults(draft) {
      for (const port of draft.ports ?? []) {
        port.protocol ??= 'TCP';
        port.name ??= '';
      }
      draft.endpoints ??= [];
    },
    validate(slice, errors) {
      if (!slice.addressType) errors.required('addressType');
      oneOf(slice.addressType, ['IPv4', 'IPv6', 'FQDN'], 'addressType', errors);
      slice.endpoints?.forEach(({ addresses }, i) => {
        if (!addresses?.length)
          errors.required(`endpoints[${i}].addresses`, 'must contain at least 1 address');
        if (slice.addressType === 'FQDN') return;
        addresses?.forEach((address, at) => {
          if (!isIP(address)) errors.invalid(`endpoints[${i}].addresses[${at}]`, address, NO_ADDRESS);
        });
      });
    },
    validateUpdate(slice, live, errors) {
      if (slice.addressType !== live.addressType)
        errors.invalid('addressType', slice.addressType, 'field is immutable');
    },
  },
});

const LEASE_SPEC = define<Lease>(LEASES, builtinSchema('Lease'), {
  createOnUpdate: true,
  unconditionalUpdate: false,
  columns: LEASE_COLUMNS,
  hooks: {
    validate({ spec }, errors) {
      for (const field of ['leaseDurationSeconds', 'leaseTransitions'] as const) {
        const value = spec?.[field];
        const least = field === 'leaseTransitions' ? 0 : 1;
        const detail = least === 0 ? 'must be greater than or equal to 0' : 'must be greater than 0';
        if (value !== undefined && value < least) errors.invalid(`spec.${field}`, value, detail);
      }
    },
  },
});

const IP_ADDRESS_SPEC = define<IpAddress>(IP_ADDRESSES, builtinSchema('IPAddress'), {
  shortNames: ['ip'],
  hasGeneration: true,
  fields: fieldReaders('spec.parentRef.name', 'spec.parentRef.namespace', 'spec.parentRef.resource'),
  nameProblem: (name) => (canonical(name) ? undefined : 'must be a valid IP address in canonical form'),
  columns: IP_ADDRESS_COLUMNS,
  hooks: {
    validate({ spec }, errors) {
      if (!spec?.parentRef) errors.required('spec.parentRef');
    },
    validateUpdate({ spec }, live, errors) {
      if (!jsonEqual(spec, live.spec))
        errors.invalid('spec.parentRef', spec?.parentRef, 'field is immutable');
    },
  },
});

function canonical(text: string): boolean {
  try {
    return Ip.parse(text).toString() === text;
  } catch {
    return false;
  }
}

/** A new ServiceCIDR is a new range at once: there is no controller that would first have to look at it. */
function serviceCidrSpec(addresses: ServiceAddresses): ResourceSpec {
  return define<ServiceCidr>(SERVICE_CIDRS, builtinSchema('ServiceCIDR'), {
    hasStatus: true,
    hasGeneration: true,
    columns: SERVICE_CIDR_COLUMNS,
    hooks: {
      prepareCreate(draft, now) {
        const ready = {
          type: 'Ready',
          status: 'True',
          reason: '',
          message: 'Kubernetes Service CIDR is ready',
        };
        draft.status = { conditions: [{ ...ready, lastTransitionTime: now }] };
      },
      validate({ spec }, errors) {
        const cidrs = spec?.cidrs ?? [];
        if (cidrs.length === 0) errors.required('spec.cidrs', 'at least one CIDR required');
        if (cidrs.length > 2) errors.invalid('spec.cidrs', cidrs, 'may only hold up to 2 values');
        cidrs.forEach((cidr, i) => {
          try {
            Cidr.parseExact(cidr);
          } catch {
            errors.invalid(
              `spec.cidrs[${i}]`,
              cidr,
              'must be a valid CIDR value, (e.g. 10.9.8.0/24 or 2001:db8::/64)',
            );
          }
        });
      },
      validateUpdate({ spec }, live, errors) {
        if (!jsonEqual(spec, live.spec)) errors.invalid('spec.cidrs', spec?.cidrs, 'field is immutable');
      },
      stored({ spec }) {
        for (const cidr of spec?.cidrs ?? []) addresses.addRange(cidr);
      },
      removed({ spec }) {
        for (const cidr of spec?.cidrs ?? []) addresses.removeRange(cidr);
      },
    },
  });
}

/** discovery.k8s.io, coordination.k8s.io and networking.k8s.io. */
export function networkingSpecs(addresses: ServiceAddresses): readonly ResourceSpec[] {
  return [
    SLICE_SPEC,
    LEASE_SPEC,
    serviceCidrSpec(addresses),
    define(networking('networkpolicies', 'NetworkPolicy', true), builtinSchema('NetworkPolicy'), {
      shortNames: ['netpol'],
      hasGeneration: true,
    }),
    define(networking('ingresses', 'Ingress', true), builtinSchema('Ingress'), {
      shortNames: ['ing'],
      hasStatus: true,
      hasGeneration: true,
      columns: INGRESS_COLUMNS,
    }),
    define(networking('ingressclasses', 'IngressClass', false), builtinSchema('IngressClass'), {
      hasGeneration: true,
    }),
  ];
}

/** Apart, since the allocator needs its store first. */
export { IP_ADDRESS_SPEC };
