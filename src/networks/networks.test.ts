import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LabFields, labSpec, NETWORKS } from '../scenario/index.ts';
import { misfits, NETWORKS_BY_NAME, networkOf, networkProblems } from './index.ts';

const flannel = (fields: LabFields) => labSpec({ network: 'flannel', ...fields });

describe('every network', () => {
  test.each(NETWORKS)('%s is somewhere, or says why it is not', (name) => {
    const { netns, onKind, absent, ...network } = NETWORKS_BY_NAME[name];
    expect(network.name).toBe(name);
    expect(netns !== undefined || absent?.netns !== undefined).toBe(true);
    expect(onKind !== undefined || absent?.kind !== undefined).toBe(true);
  });

  test.each(NETWORKS)('%s calls its pods as it calls its process', (name) => {
    const { process, onKind } = NETWORKS_BY_NAME[name];
    for (const daemon of onKind?.daemons ?? []) expect(daemon.name.startsWith(process!)).toBe(true);
  });
});

test('flannel on kind is a DaemonSet whose pods are its process', () => {
  const { onKind } = NETWORKS_BY_NAME.flannel;
  const manifest = onKind?.by === 'conflist' ? onKind.manifest : undefined;
  const objects = manifest!.objects(flannel({ routing: 'vxlan', ipam: { mode: 'kcm' } }), 'flanneld:1');
  const of = (kind: string) => objects.find((object) => object.kind === kind)!;
  const [daemon] = onKind!.daemons!;
  const labels = Object.fromEntries(daemon!.pods.split(',').map((pair) => pair.split('=')));
  expect(of('DaemonSet')).toMatchObject({
    metadata: { namespace: daemon!.namespace },
    spec: { template: { metadata: { labels }, spec: { containers: [{ image: 'flanneld:1' }] } } },
  });
  expect(of('ConfigMap')).toMatchObject({
    data: { 'net-conf.json': expect.stringContaining('"Type":"vxlan"') },
  });
});

test('what makes no sense with a network is said with the field', () => {
  expect(misfits(NETWORKS_BY_NAME.flannel, flannel({ ipam: { mode: 'range' } }), 'netns')).toEqual([]);
  expect(misfits(NETWORKS_BY_NAME.flannel, flannel({ services: 'ebpf' }), 'netns')).toMatchObject([
    { path: ['services'] },
    {
      path: ['ipam', 'mode'],
      message: 'expected one of `range`, `kcm` with network `flannel`, got `cluster-pool`',
    },
  ]);
});

test('flannel gets the pools, and the back end that the routing stands for', () => {
  const lab = flannel({ routing: 'vxlan', ipFamily: 'dual', ipam: { mode: 'range' } });
  const daemon = NETWORKS_BY_NAME.flannel.netns!.daemon!(
    lab,
    { name: 'n1', root: '/', ips: ['172.30.1.0', 'fd30::100'] },
    '/lab/kubeconfig',
  );
  expect(JSON.parse(Object.values(daemon.files)[0]!)).toEqual({
    EnableIPv4: true,
    Network: '10.20.0.0/16',
    EnableIPv6: true,
    IPv6Network: 'fd00:20::/104',
    EnableNFTables: false,
    Backend: { Type: 'vxlan' },
  });
  expect(daemon.args).toContain('--public-ipv6=fd30::100');
});

describe('a network that was brought along', () => {
  let folder: string;
  beforeAll(() => {
    folder = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-network-'));
    fs.writeFileSync(path.join(folder, 'acme'), '');
  });
  afterAll(() => fs.rmSync(folder, { recursive: true }));

  const write = (ipam: object | undefined) => {
    const file = path.join(folder, 'acme.conflist');
    const plugins = [{ type: 'acme', ...(ipam && { ipam }) }];
    fs.writeFileSync(file, JSON.stringify({ cniVersion: '1.0.0', name: 'acme', plugins }));
    return { network: `cni:${file}`, cniBin: folder } as const;
  };

  test('has ranges of its nodes in the place of those of host-local', () => {
    const network = networkOf(write({ type: 'host-local', subnet: '10.1.0.0/16', dataDir: '/run/x' }));
    expect(network).toMatchObject({ name: 'acme', ipam: 'host-local' });
    expect(network.unknowns).toHaveLength(1);
    const node = network.netns!.node(labSpec({}));
    expect(node).toMatchObject({
      routes: true,
      conflist: { plugins: [{ ipam: { type: 'host-local', ranges: '{ranges}', dataDir: '/run/x' } }] },
    });
    expect(JSON.stringify(node)).not.toContain('10.1.0.0');
  });

  test.each([undefined, { type: 'dhcp' }])('is taken as it is where its IPAM is %j', (ipam) => {
    const network = networkOf(write(ipam));
    expect(network).toMatchObject({ ipam: 'unknown', unknowns: [expect.stringContaining('not known')] });
    expect(network.netns!.node(labSpec({}))).toMatchObject({ routes: false });
  });

  test('is refused where it cannot be used', () => {
    const { network } = write(undefined);
    const problems = (lab: LabFields) =>
      networkProblems({ substrate: 'netns', spec: { lab: labSpec(lab), phases: [], faults: [] } as never });
    expect(problems({ network })).toMatchObject([
      { path: ['spec', 'lab', 'network'], message: expect.stringContaining('Expected acme of') },
    ]);
    expect(problems({ network: 'cni:/nowhere.conflist' })[0]!.message).toContain('no such file');
    expect(problems({ network: 'helm:chart' })[0]!.message).toContain('`chart` is not on `netns`: a chart');
  });
});
