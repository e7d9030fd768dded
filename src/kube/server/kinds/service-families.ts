import type { Family } from '../../../ip/index.ts';
import type { IpFamily, Service } from '../../objects.ts';
import { needsClusterIp } from '../allocators/service-allocator.ts';
import type { Draft } from '../registry/resource-spec.ts';

const familyOf = (ip: string): IpFamily => (ip.includes(':') ? 'IPv6' : 'IPv4');

/**
 * Brings clusterIP and clusterIPs, policy and families of a service into step
 * (k8s.io/kubernetes: pkg/registry/core/service/storage: defaultOnWrite, initIPFamilyFields).
 * @param cluster the families that services can have, the preferred one first
 */
export function defaultFamilies(draft: Draft<Service>, cluster: readonly Family[]): void {
  const { spec } = draft;
  if (spec.type === 'ExternalName') {
    for (const field of ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy'] as const)
      delete spec[field];
    return;
  }
  if (!spec.clusterIP) delete spec.clusterIP;
  if (!spec.clusterIPs?.length) delete spec.clusterIPs;
  if (spec.clusterIP !== undefined && !spec.clusterIPs) spec.clusterIPs = [spec.clusterIP];
  if (spec.clusterIPs && spec.clusterIP === undefined) spec.clusterIP = spec.clusterIPs[0]!;

  const available: IpFamily[] = cluster.map((family) => (family === 'ipv4' ? 'IPv4' : 'IPv6'));
  const headless = !needsClusterIp(draft as Service);
  const given = headless ? [] : (spec.clusterIPs ?? []).map(familyOf);
  const families = spec.ipFamilies?.length ? [...spec.ipFamilies] : given;
  const withoutSelector = headless && !spec.selector && !spec.ipFamilies?.length;
  spec.ipFamilyPolicy ??=
    withoutSelector && spec.ipFamilyPolicy === undefined
      ? 'RequireDualStack'
      : families.length === 2
        ? 'RequireDualStack'
        : 'SingleStack';
  if (families.length === 0) families.push(available[0] ?? 'IPv4');
  if (spec.ipFamilyPolicy !== 'SingleStack' && families.length === 1) {
    const second: IpFamily = families[0] === 'IPv4' ? 'IPv6' : 'IPv4';
    // A headless service without a selector takes what its endpoints are, whatever the cluster has.
    if (available.includes(second) || withoutSelector) families.push(second);
  }
  spec.ipFamilies = families;
}
