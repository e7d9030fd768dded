import { CRDS, NODE_NETWORKS } from '../../resources.ts';
import type { Crd, JsonSchema } from './crd.ts';

const text: JsonSchema = { type: 'string' };
const texts: JsonSchema = { type: 'array', items: text };
const count: JsonSchema = { type: 'integer', minimum: 0 };
const fill = { capacity: count, used: count, cooling: count };

/** The name of an IPPool (RFC 1123 subdomain). */
const poolName: JsonSchema = {
  type: 'string',
  maxLength: 253,
  pattern: '^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$',
};

const perPool = (fields: Readonly<Record<string, JsonSchema>>, description: string): JsonSchema => ({
  type: 'array',
  description,
  'x-kubernetes-list-type': 'map',
  'x-kubernetes-list-map-keys': ['pool'],
  items: {
    type: 'object',
    required: ['pool', ...Object.keys(fields)],
    properties: { pool: poolName, ...fields },
  },
});

const schema: JsonSchema = {
  type: 'object',
  description: "A node's share of the pod network. Named after its node and owned by it.",
  properties: {
    spec: {
      type: 'object',
      properties: {
        podCIDRs: {
          ...texts,
          description:
            'All CIDRs of the node. Written by the operator, in the order in which they were handed out; with pools, by the agent.',
        },
        nodeIPs: {
          ...texts,
          description: "Written by the agent: the node's addresses on the fabric, one per family.",
        },
        pools: {
          type: 'object',
          description: 'With IPAM mode multi-pool.',
          properties: {
            requested: perPool(
              { needed: { type: 'object', properties: { ipv4: count, ipv6: count } } },
              'Written by the agent: how many addresses of each pool the node wants to have.',
            ),
            allocated: perPool({ cidrs: texts }, 'CIDRs the node has. The operator adds, the agent removes.'),
          },
        },
      },
    },
    status: {
      type: 'object',
      properties: {
        operator: {
          type: 'object',
          properties: {
            error: text,
            reason: {
              type: 'string',
              enum: ['', 'NodeCIDRFull', 'NodeCIDRConflict', 'PoolFull', 'PoolNotFound'],
            },
            since: text,
          },
        },
        ipam: {
          type: 'object',
          properties: {
            families: {
              type: 'array',
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['family'],
              items: {
                type: 'object',
                required: ['family', 'capacity', 'used', 'cooling'],
                properties: {
                  family: { type: 'string', enum: ['ipv4', 'ipv6'] },
                  ...fill,
                },
              },
            },
            cidrs: {
              type: 'array',
              description: 'Fill of each CIDR.',
              'x-kubernetes-list-type': 'map',
              'x-kubernetes-list-map-keys': ['cidr'],
              items: {
                type: 'object',
                required: ['cidr', 'pool', 'capacity', 'used', 'cooling'],
                properties: { cidr: text, pool: text, ...fill },
              },
            },
          },
        },
      },
    },
  },
};

/** The CustomResourceDefinition of NodeNetwork, installed at start. */
export const nodeNetworkCrd: Crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: CRDS.kind,
  metadata: { name: `${NODE_NETWORKS.plural}.${NODE_NETWORKS.group}` },
  spec: {
    group: NODE_NETWORKS.group,
    scope: 'Cluster',
    names: {
      plural: NODE_NETWORKS.plural,
      kind: NODE_NETWORKS.kind,
      shortNames: ['nn'],
      categories: ['churnlab'],
    },
    versions: [
      {
        name: NODE_NETWORKS.version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        subresources: { status: {} },
        additionalPrinterColumns: [
          { name: 'Pod CIDRs', type: 'string', jsonPath: '.spec.podCIDRs' },
          { name: 'Node IPs', type: 'string', jsonPath: '.spec.nodeIPs', priority: 1 },
          { name: 'Used', type: 'string', jsonPath: '.status.ipam.families[*].used' },
          { name: 'Reason', type: 'string', jsonPath: '.status.operator.reason' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
  },
};
