/** The text of Kubernetes' cidrset (pkg/controller/nodeipam/ipam/cidrset), which people search for. */
export const NODE_CIDR_FULL =
  'CIDR allocation failed; there are no remaining CIDRs left to allocate in the accepted range';
