import fs from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureNative } from '../../../lab/setup/index.ts';
import { Ip } from '../../ip/index.ts';
import { BpfObject, type BpfProgram, type LoadedObject, mountBpffs } from '../../kernel/bpf/index.ts';
import { Netns } from '../../kernel/index.ts';
import { makePrivateDirectory } from '../../kernel/testing/index.ts';
import { type MapSet, openMaps } from '../maps/map-set.ts';
import { METRICS, type Metric, readMetrics } from '../maps/metric.ts';

/** Verdicts of tc programs: include/uapi/linux/pkt_cls.h. */
const [OK, SHOT, REDIRECT] = [0, 2, 7];
/** The loopback link stands for the pod's: a test run needs a link that exists. */
const IFINDEX = 1;
const POD_MAC = '020000000001';
const HOST_MAC = '020000000002';
const BROADCAST = 'ffffffffffff';

let netns: Netns;
let loaded: LoadedObject;
let maps: MapSet;

beforeAll(async () => {
  const object = fs.readFileSync(await ensureNative('churnlab.bpf.o'));
  const directory = makePrivateDirectory();
  mountBpffs(directory);
  netns = Netns.create();
  using file = new BpfObject('churnlab', object);
  loaded = file.load();
  for (const [name, map] of loaded.maps) map.pin(`${directory}/${name}`);
  maps = openMaps((name) => `${directory}/${name}`)!;
  maps.config.update(0, {
    routing: 'direct',
    shortCuts: 'untranslated',
    uplinkIndex: IFINDEX,
    overlayIndex: 0,
    vni: 1,
    podMtu: 1500,
  });
  const macs = { podMac: Buffer.from(POD_MAC, 'hex'), hostMac: Buffer.from(HOST_MAC, 'hex') };
  for (const address of ['10.20.1.1', 'fd00::1']) {
    maps.endpoints.update(Ip.parse(address), { kind: 'pod', ifindex: IFINDEX, ...macs });
  }
  maps.endpoints.update(Ip.parse('10.20.1.2'), { kind: 'pod', ifindex: 99, ...macs });
});

afterAll(() => {
  maps?.[Symbol.dispose]();
  loaded?.[Symbol.dispose]();
  netns?.[Symbol.dispose]();
});

const hex = (address: string): string => Buffer.from(Ip.parse(address).bytes()).toString('hex');

/** What a program makes of a frame, and which counters moved. */
function run(name: string, frame: string) {
  const program: BpfProgram = loaded.programs.get(name)!;
  const before = readMetrics(maps.metrics);
  const outcome = netns.run(() => program.testRun({ frame: Buffer.from(frame, 'hex'), ifindex: IFINDEX }));
  const after = readMetrics(maps.metrics);
  const counted = METRICS.filter((metric: Metric) => after[metric].packets > before[metric].packets);
  return { result: outcome.result, frame: outcome.frame.toString('hex'), counted };
}

/** UDP from port 1 to port 2 without payload. */
function ipv4(source: string, destination: string, { ttl = 64, version = '45' } = {}): string {
  const header = Buffer.from(`${version}00001c0000000000110000${hex(source)}${hex(destination)}`, 'hex');
  header[8] = ttl;
  let sum = 0;
  for (let i = 0; i < 20; i += 2) sum += header.readUInt16BE(i);
  header.writeUInt16BE(~((sum & 0xffff) + (sum >> 16)) & 0xffff, 10);
  return `${HOST_MAC}${POD_MAC}0800${header.toString('hex')}0001000200080000`;
}

test('a local packet loses a hop, keeps a right checksum and goes from the gateway to the pod', () => {
  expect(run('cl_from_pod', ipv4('10.20.1.1', '10.20.1.2', { ttl: 3 }))).toEqual({
    result: REDIRECT,
    frame: ipv4('10.20.1.1', '10.20.1.2', { ttl: 2 }).replace(
      `${HOST_MAC}${POD_MAC}`,
      `${POD_MAC}${HOST_MAC}`,
    ),
    counted: ['forward-local'],
  });
});

test('the checksum is right whatever the TTL was', () => {
  for (let ttl = 2; ttl < 256; ttl++) {
    const { frame } = run('cl_from_pod', ipv4('10.20.1.1', '10.20.1.2', { ttl }));
    expect(frame.slice(28)).toBe(ipv4('10.20.1.1', '10.20.1.2', { ttl: ttl - 1 }).slice(28));
  }
});

test.each([
  [
    'without a hop left goes to the stack, which answers',
    ipv4('10.20.1.1', '10.20.1.2', { ttl: 1 }),
    OK,
    'pass-ttl',
  ],
  ['to the rest of the world goes to the stack', ipv4('10.20.1.1', '192.0.2.1'), OK, 'pass-outside'],
  ['from an address of another pod is dropped', ipv4('10.20.1.2', '10.20.1.1'), SHOT, 'drop-spoofed'],
  ['from an unknown address is dropped', ipv4('10.20.1.3', '10.20.1.1'), SHOT, 'drop-spoofed'],
  [
    'with an impossible header is dropped',
    ipv4('10.20.1.1', '10.20.1.2', { version: '44' }),
    SHOT,
    'drop-malformed',
  ],
  [
    'that is neither IP nor ARP is dropped',
    `${HOST_MAC}${POD_MAC}88cc${'00'.repeat(46)}`,
    SHOT,
    'drop-ethertype',
  ],
] as const)('a packet %s', (_, frame, result, metric) => {
  expect(run('cl_from_pod', frame)).toEqual({ result, frame, counted: [metric] });
});

test('an answer to what the stack has carried takes the stack, until its ends talk without', () => {
  const [pod, other] = [Ip.parse('10.20.1.1'), Ip.parse('10.20.1.2')];
  const answer = { source: pod, sourcePort: 1, destination: other, destinationPort: 2, protocol: 17 };
  maps.stackFlows.update(answer, 1n);
  const frame = ipv4('10.20.1.1', '10.20.1.2');
  expect(run('cl_from_pod', frame)).toEqual({ result: OK, frame, counted: ['pass-stack-flow'] });
  expect(maps.stackFlows.entries()).toHaveLength(1);
  maps.stackFlows.delete(answer);
  maps.stackFlows.update(
    { ...answer, source: other, sourcePort: 2, destination: pod, destinationPort: 1 },
    1n,
  );
  expect(run('cl_from_pod', frame)).toMatchObject({ result: REDIRECT, counted: ['forward-local'] });
  expect(maps.stackFlows.entries()).toEqual([]);
});

test('a question for the gateway is answered with the hardware address of the host side', () => {
  const arp = (operation: string, from: string, to: string) => `000108000604${operation}${from}${to}`;
  const gateway = hex('169.254.1.1');
  const pod = hex('10.20.1.1');
  const request = `${BROADCAST}${POD_MAC}0806${arp('0001', POD_MAC + pod, `000000000000${gateway}`)}`;
  expect(run('cl_from_pod', request)).toEqual({
    result: REDIRECT,
    frame: `${POD_MAC}${HOST_MAC}0806${arp('0002', HOST_MAC + gateway, POD_MAC + pod)}`,
    counted: ['answer-arp'],
  });
  const reply = `${BROADCAST}${POD_MAC}0806${arp('0002', POD_MAC + pod, `000000000000${gateway}`)}`;
  expect(run('cl_from_pod', reply)).toMatchObject({ result: SHOT, counted: ['drop-spoofed'] });
});

test('a neighbour solicitation is answered with a right checksum', () => {
  const [pod, gateway] = [hex('fd00::1'), hex('fe80::1')];
  const header = (source: string, destination: string) => `6000000000203aff${source}${destination}`;
  const request = `3333ff000001${POD_MAC}86dd${header(pod, 'ff0200000000000000000001ff000001')}8700000000000000${gateway}0101${POD_MAC}`;
  const { frame, ...rest } = run('cl_from_pod', request);
  expect(rest).toEqual({ result: REDIRECT, counted: ['answer-nd'] });
  expect(frame.slice(0, 28 + 80)).toBe(`${POD_MAC}${HOST_MAC}86dd${header(gateway, pod)}`);
  const message = Buffer.from(frame.slice(28 + 80), 'hex');
  expect(message.toString('hex').replace(/^(8800)..../, '$10000')).toBe(
    `8800000060000000${gateway}0201${HOST_MAC}`,
  );
  // A right checksum makes the sum over pseudo header and message all ones.
  const summed = Buffer.concat([Buffer.from(`${gateway}${pod}000000200000003a`, 'hex'), message]);
  let sum = 0;
  for (let i = 0; i < summed.length; i += 2) sum += summed.readUInt16BE(i);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  expect(sum).toBe(0xffff);
});

test('packets on the way to pods whose address nobody has are dropped', () => {
  const frame = ipv4('172.30.0.1', '10.20.1.77');
  expect(run('cl_to_pods', frame)).toEqual({ result: SHOT, frame, counted: ['drop-no-endpoint'] });
});

test('the uplink leaves alone what is not for a pod, or not from the cluster', () => {
  for (const frame of [ipv4('10.20.2.1', '172.30.0.1'), ipv4('192.0.2.1', '10.20.1.1')]) {
    expect(run('cl_from_network', frame)).toEqual({ result: OK, frame, counted: [] });
  }
});
