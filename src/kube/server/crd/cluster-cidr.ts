import { CLUSTER_CIDRS, CRDS } from '../../resources.ts';
import type { Crd, JsonSchema } from './crd.ts';

const text: JsonSchema = { type: 'string' };

const requirements: JsonSchema = {
  type: 'array',
  items: {
    type: 'object',
    required: ['key', 'operator'],
    properties: {
      key: text,
      operator: { type: 'string', enum: ['In', 'NotIn', 'Exists', 'DoesNotExist', 'Gt', 'Lt'] },
      values: { type: 'array', items: text },
    },
  },
};

const schema: JsonSchema = {
  type: 'object',
  description:
    'CIDRs for nodes of some labels; networking.k8s.io/v1alpha1 ClusterCIDR of Kubernetes 1.25 to 1.28. What is changed after its creation is not looked at.',
  required: ['spec'],
  properties: {
    spec: {
      type: 'object',
      required: ['perNodeHostBits'],
      properties: {
        perNodeHostBits: {
          type: 'integer',
          minimum: 4,
          description: "Bits of a node's CIDR behind its mask, in both families: 8 is a /24 and a /120.",
        },
        ipv4: text,
        ipv6: text,
        nodeSelector: {
          type: 'object',
          description: 'Left out: for nodes that no other ClusterCIDR has room for.',
          required: ['nodeSelectorTerms'],
          properties: {
            nodeSelectorTerms: {
              type: 'array',
              minItems: 1,
              items: {
                type: 'object',
                properties: { matchExpressions: requirements, matchFields: requirements },
              },
            },
          },
        },
      },
    },
  },
};

/** The CustomResourceDefinition of ClusterCIDR, installed at start. */
export const clusterCidrCrd: Crd = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: CRDS.kind,
  metadata: { name: `${CLUSTER_CIDRS.plural}.${CLUSTER_CIDRS.group}` },
  spec: {
    group: CLUSTER_CIDRS.group,
    scope: 'Cluster',
    names: {
      plural: CLUSTER_CIDRS.plural,
      kind: CLUSTER_CIDRS.kind,
      shortNames: ['cc'],
      categories: ['churnlab'],
    },
    versions: [
      {
        name: CLUSTER_CIDRS.version,
        served: true,
        storage: true,
        schema: { openAPIV3Schema: schema },
        additionalPrinterColumns: [
          { name: 'PerNodeHostBits', type: 'integer', jsonPath: '.spec.perNodeHostBits' },
          { name: 'IPv4', type: 'string', jsonPath: '.spec.ipv4' },
          { name: 'IPv6', type: 'string', jsonPath: '.spec.ipv6' },
          { name: 'Age', type: 'date', jsonPath: '.metadata.creationTimestamp' },
        ],
      },
    ],
  },
};
