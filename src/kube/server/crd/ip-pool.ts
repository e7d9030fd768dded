import { CRDS, IP_POOLS } from '../../resources.ts';
import type { Crd, JsonSchema } from './crd.ts';

const family = (word: string, bits: number): JsonSchema => ({
  type: 'object',
  required: ['cidrs', 'maskSize'],
  properties: {
    cidrs: {
      type: 'array',
      minItems: 1,
      items: { type: 'string' },
      description: `${word} CIDRs, used up in this order. One that is taken away is handed out no more; nodes keep what they have of it until it is empty.`,
    },
    maskSize: {
      type: 'integer',
      minimum: 1,
      maximum: bits,
      description: 'Prefix length of the pieces that nodes get, one at a time. Cannot be changed.',
    },
  },
});

const schema: JsonSchema = {
  type: 'object',
  description: 'Addresses that pods choose by name (annotation churnlab.dev/ip-pool), shared by all nodes.',
  required: ['spec'],
  properties: {
    spec: { type: 'object', properties: { ipv4: family('IPv4', 32), ipv6: family('IPv6', 128) } },
    status: {
      type: 'object',
      properties: {
        error: {
          type: 'string',
          description:
            'Written by the operator: why the pool, or what was changed of it, is not in use. Empty when all is well.',
        },
      },
    },
  },
};

/** The CustomResourceDefinition of IPPool, installed at start. */
export const ipPoolCrd: Crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: CRDS.kind,
  metadata: { name: `${IP_POOLS.plural}.${IP_POOLS.group}` },
  spec: {
    group: IP_POOLS.group,
    scope: 'Cluster',
    names: { plural: IP_POOLS.plural, kind: IP_POOLS.kind, shortNames: ['ipp'], categories: ['churnlab'] },
    versions: [
      {
        name: IP_POOLS.version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'IPv4', type: 'string', jsonPath: '.spec.ipv4.cidrs' },
          { name: 'IPv4 mask', type: 'integer', jsonPath: '.spec.ipv4.maskSize' },
          { name: 'IPv6', type: 'string', jsonPath: '.spec.ipv6.cidrs' },
          { name: 'IPv6 mask', type: 'integer', jsonPath: '.spec.ipv6.maskSize' },
          { name: 'Error', type: 'string', jsonPath: '.status.error' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
  },
};
