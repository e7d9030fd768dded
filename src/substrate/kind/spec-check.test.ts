import { expect, test } from 'vitest';
import { type LabFields, labSpec } from '../../scenario/index.ts';
import { checkKindSpec } from './spec-check.ts';

const problemsOf = (fields: LabFields): string => {
  try {
    checkKindSpec(labSpec(fields));
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};

test.each<[string, LabFields, string]>([
  ['the default lab', {}, ''],
  ['our Services', { services: 'ebpf', nodes: 3 }, ''],
  ['more nodes than inotify instances', { nodes: 8 }, 'Expected at most 7 nodes on kind, got 8'],
  ['another iptables', { services: 'iptables-legacy' }, 'Expected services iptables-nft'],
  ['a network of others', { network: 'bridge' }, 'Expected `kcm` with network `bridge`, got `cluster-pool`'],
  ['that with its mode', { network: 'bridge', ipam: { mode: 'kcm' } }, ''],
  ['flannel with its overlay', { network: 'flannel', routing: 'vxlan', ipam: { mode: 'kcm' } }, ''],
  ['an overlay that it has not', { network: 'ptp', routing: 'vxlan' }, 'with network `ptp`, got `vxlan`'],
  ['a provider', { ipam: { mode: 'cloud' } }, 'got cloud'],
])('%s', (_name, fields, message) => {
  if (message === '') expect(problemsOf(fields)).toBe('');
  else expect(problemsOf(fields)).toContain(message);
});
