import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { ensureTool, ensureToolFolder } from '../../../lab/tools/index.ts';
import { parseNetworkList } from '../config.ts';
import { serveCni } from '../server/index.ts';
import { compilePlugin } from '../testing/compile-plugin.ts';
import { DisposableNode } from '../testing/disposable-node.ts';
import { FakeBackend, RESULT } from '../testing/fake-backend.ts';
import { hasVerb } from '../versions.ts';
import { type CniCallError, CniRuntime, loadNetwork } from './index.ts';

/** The versions that reference plugins 1.9.1 and this runtime share. */
const VERSIONS = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'];

let bin: string;
let cnitool: string;

beforeAll(async () => {
  bin = await ensureToolFolder(['bridge', 'ptp', 'host-local', 'portmap', 'loopback']);
  cnitool = await ensureTool('cnitool');
});

function ipam(subnet: string) {
  return { type: 'host-local', ranges: [[{ subnet }]], routes: [{ dst: '0.0.0.0/0' }] };
}

function network(cniVersion: string, plugins: readonly object[], more: object = {}) {
  return parseNetworkList(JSON.stringify({ cniVersion, name: 'net', plugins, ...more }));
}

const BRIDGE = { type: 'bridge', bridge: 'cni0', isGateway: true, ipMasq: true, ipam: ipam('10.77.0.0/24') };
const PTP = { type: 'ptp', ipam: ipam('10.78.0.0/24') };
const PORTMAP = { type: 'portmap', capabilities: { portMappings: true } };
const CHAINS: Record<string, readonly object[]> = { bridge: [BRIDGE, PORTMAP], ptp: [PTP, PORTMAP] };

function runtimeOf(node: DisposableNode): CniRuntime {
  return new CniRuntime({ pluginPath: [bin], executor: node.executor, cacheDir: `${node.root}/var/lib/cni` });
}

function attachment(node: DisposableNode, name: string) {
  const capabilityArgs = { portMappings: [{ hostPort: 8080, containerPort: 80, protocol: 'tcp' }] };
  return { containerId: name, netns: node.addPod(name), ifname: 'eth0', capabilityArgs };
}

const addresses = (node: DisposableNode, pod: string): string[] =>
  JSON.parse(node.run(`ip -n ${pod} -j -4 addr show dev eth0`)).flatMap(
    (link: { addr_info: { local: string }[] }) => link.addr_info.map(({ local }) => local),
  );

const reserved = (node: DisposableNode) =>
  readdirSync(`${node.root}/var/lib/cni/networks/net`).filter((name) => /^\d/.test(name));

async function failure(work: Promise<unknown>): Promise<CniCallError> {
  return work.then(
    () => Promise.reject(new Error('did not fail')),
    (error: CniCallError) => error,
  );
}

describe.each(Object.keys(CHAINS))('%s, host-local and portmap', (name) => {
  it.each(VERSIONS)('live and die in version %s', async (version) => {
    await using node = await DisposableNode.start();
    const runtime = runtimeOf(node);
    const list = network(version, CHAINS[name] ?? []);
    const pod = attachment(node, 'pod1');

    const { result, timing } = await runtime.addNetworkList(list, pod);
    expect(timing.plugins.map(({ plugin }) => plugin)).toEqual([name, 'portmap']);
    const [address = ''] = result.ips.map((ip) => ip.address.split('/')[0]);
    expect(addresses(node, 'pod1')).toEqual([address]);
    expect(reserved(node)).toEqual([address]);
    expect(node.run('iptables-save -t nat')).toContain(`--to-destination ${address}:80`);
    expect(result.interfaces.at(-1)).toMatchObject(
      name === 'bridge' ? { name: 'eth0', sandbox: pod.netns } : {},
    );

    if (hasVerb(version, 'CHECK')) {
      expect(await runtime.checkNetworkList(list, pod)).toBeDefined();
      node.run('ip -n pod1 route del default');
      expect((await failure(runtime.checkNetworkList(list, pod))).code).toBe('plugin-failed');
    }
    if (hasVerb(version, 'STATUS')) expect((await runtime.statusNetworkList(list))?.plugins).toHaveLength(2);

    expect((await runtime.delNetworkList(list, pod)).plugins.map(({ plugin }) => plugin)).toEqual([
      'portmap',
      name,
    ]);
    expect(reserved(node)).toEqual([]);
    expect(node.run('iptables-save -t nat')).not.toContain(address);
    expect(node.run('ip -n pod1 -o link')).not.toContain('eth0');
    await runtime.delNetworkList(list, pod);
  });

  it('report an address range that is full, and a pod that is gone', async () => {
    await using node = await DisposableNode.start();
    const runtime = runtimeOf(node);
    const small = [{ ...(CHAINS[name]?.[0] ?? {}), ipam: ipam('10.79.0.0/30') }];
    const list = network('1.0.0', small);
    const first = attachment(node, 'pod1');
    await runtime.addNetworkList(list, first);
    const second = attachment(node, 'pod2');
    const full = await failure(runtime.addNetworkList(list, second, { deleteOnFailure: true }));
    expect(full.cniError.message).toContain('no IP addresses available in range set');
    expect(full.failureClass).toBe('pool-full');
    expect(full.timing?.plugins).toHaveLength(1);

    node.run('ip netns del pod1');
    await runtime.delNetworkList(list, first);
    expect(reserved(node)).toEqual([]);
    await runtime.addNetworkList(list, second);
    expect(reserved(node)).toEqual(['10.79.0.2']);
  });
});

describe('the runtime', () => {
  it('speaks the highest version that every plugin knows', async () => {
    await using node = await DisposableNode.start();
    const runtime = runtimeOf(node);
    const list = network('1.1.0', [BRIDGE, PORTMAP], { cniVersions: [...VERSIONS] });
    const versions = await runtime.versions(list);
    expect(versions.get('bridge')).toEqual(expect.arrayContaining(['0.3.1', '0.4.0', '1.0.0', '1.1.0']));
    expect((await runtime.negotiate(list)).cniVersion).toBe('1.1.0');
  });

  it('attaches loopback', async () => {
    await using node = await DisposableNode.start();
    const pod = attachment(node, 'pod1');
    const { result } = await runtimeOf(node).addNetworkList(network('1.0.0', [{ type: 'loopback' }]), pod);
    expect(result.ips.map(({ address }) => address)).toContain('127.0.0.1/8');
    expect(node.run('ip -n pod1 -o link show lo')).toContain('LOWER_UP');
  });

  it('collects attachments that nobody claims', async () => {
    await using node = await DisposableNode.start();
    const runtime = runtimeOf(node);
    const list = network('1.0.0', [PTP]);
    const [kept, stale] = [attachment(node, 'pod1'), attachment(node, 'pod2')];
    const { result } = await runtime.addNetworkList(list, kept);
    await runtime.addNetworkList(list, stale);
    const { deleted } = await runtime.gcNetworkList(list, [kept]);
    expect(deleted).toEqual([{ containerId: 'pod2', ifname: 'eth0' }]);
    expect(reserved(node)).toEqual([result.ips[0]?.address.split('/')[0]]);
  });

  it('adds eight pods at once', async () => {
    await using node = await DisposableNode.start();
    const runtime = runtimeOf(node);
    const list = network('1.0.0', [BRIDGE]);
    const pods = Array.from({ length: 8 }, (_, index) => attachment(node, `pod${index}`));
    const outcomes = await Promise.all(pods.map((pod) => runtime.addNetworkList(list, pod)));
    const ips = outcomes.map(({ result }) => result.ips[0]?.address);
    expect(new Set(ips).size).toBe(8);
    await Promise.all(pods.map((pod) => runtime.delNetworkList(list, pod)));
    expect(reserved(node)).toEqual([]);
  });
});

describe('libcni, by way of cnitool,', () => {
  /** cnitool's own container ID (cnitool.go). */
  const idOf = (netns: string) => `cnitool-${createHash('sha512').update(netns).digest('hex').slice(0, 20)}`;

  function configure(node: DisposableNode, text: string): void {
    mkdirSync(`${node.root}/run/net.d`);
    writeFileSync(`${node.root}/run/net.d/10-net.conflist`, text);
  }

  function cni(node: DisposableNode, verb: string, netns: string, more: Record<string, string> = {}) {
    return node.runAsync(`${cnitool} ${verb} net ${netns}`, {
      CNI_PATH: bin,
      NETCONFPATH: '/run/net.d',
      ...more,
    });
  }

  it('checks and deletes what this runtime added', async () => {
    await using node = await DisposableNode.start();
    const list = network('1.0.0', [BRIDGE]);
    configure(node, list.text);
    const netns = node.addPod('pod1');
    await runtimeOf(node).addNetworkList(list, { containerId: idOf(netns), netns, ifname: 'eth0' });
    await cni(node, 'check', netns);
    await cni(node, 'del', netns);
    expect(reserved(node)).toEqual([]);
    expect(runtimeOf(node).cachedAttachments()).toEqual([]);
  });

  it('leaves what this runtime can check and delete, in the same file', async () => {
    await using node = await DisposableNode.start();
    configure(node, network('1.0.0', [PTP]).text);
    const list = loadNetwork(`${node.root}/run/net.d`, 'net');
    const netns = node.addPod('pod1');
    const id = { containerId: idOf(netns), netns, ifname: 'eth0' };
    await cni(node, 'add', netns);
    const file = path.join(node.root, 'var/lib/cni/results', `net-${id.containerId}-eth0`);
    const theirs = JSON.parse(readFileSync(file, 'utf8'));
    const runtime = runtimeOf(node);
    expect(runtime.cachedAttachments()).toEqual([{ ...id, network: 'net', config: list.text }]);
    await runtime.checkNetworkList(list, id);
    await runtime.delNetworkList(list, id);
    expect(existsSync(file)).toBe(false);

    const { result } = await runtime.addNetworkList(list, id);
    const ours = JSON.parse(readFileSync(file, 'utf8'));
    expect(Object.keys(ours)).toEqual(Object.keys(theirs));
    const same = ({ result: _, ...rest }: Record<string, unknown>) => rest;
    expect(same(ours)).toEqual(same(theirs));
    expect(Object.keys(ours.result).sort()).toEqual(Object.keys(theirs.result).sort());
    expect(result.ips).toHaveLength(1);
  });

  it.each(['0.3.1', '0.4.0', '1.0.0', '1.1.0'])('understands churnlab-cni in version %s', async (version) => {
    await using node = await DisposableNode.start();
    const folder = `${node.root}/run/bin`;
    mkdirSync(folder);
    compilePlugin(folder);
    const list = network(version, [{ type: 'churnlab-cni' }]);
    configure(node, list.text);
    const backend = new FakeBackend();
    const socketPath = `${node.root}/run/churnlab/cni.sock`;
    await using _server = await serveCni({ listen: { socketPath } }, backend);
    const netns = node.addPod('pod1');
    const paths = { CNI_PATH: '/run/bin' };
    const printed = JSON.parse(await cni(node, 'add', netns, paths));
    expect(printed.ips.map((ip: { address: string }) => ip.address)).toEqual(
      RESULT.ips.map(({ address }) => address),
    );
    for (const verb of hasVerb(version, 'CHECK') ? ['check'] : []) await cni(node, verb, netns, paths);
    for (const verb of hasVerb(version, 'STATUS') ? ['status'] : []) await cni(node, verb, netns, paths);
    await cni(node, 'del', netns, paths);
    const verbs = ['ADD', 'CHECK', 'STATUS', 'DEL'].filter((verb) => hasVerb(version, verb as 'ADD'));
    expect(backend.requests.map(({ command }) => command)).toEqual(verbs);
  });
});
