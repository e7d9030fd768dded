import fs from 'node:fs';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ensureNative } from '../../../lab/setup/index.ts';
import { Ip } from '../../ip/index.ts';
import { BpfObject, type LoadedObject, mountBpffs } from '../../kernel/bpf/index.ts';
import { Netns } from '../../kernel/index.ts';
import { makePrivateDirectory } from '../../kernel/testing/index.ts';
import { type MapSet, openMaps } from '../maps/map-set.ts';
import { BACKEND_FLAGS } from './maps/backend.ts';
import { CONNTRACK_VALUE, REVERSE_NAT_VALUE } from './maps/flow-state.ts';
import { openServiceMaps, type ServiceMaps } from './maps/map-set.ts';
import { readServiceMetrics, SERVICE_METRICS, type ServiceMetric } from './maps/metric.ts';
import type { ServiceProtocol } from './spec.ts';
import { type FrameSpec, makeFrame, readFrame, TCP_FLAGS } from './testing/frame.ts';

/** Verdicts of tc programs: include/uapi/linux/pkt_cls.h. NEXT is TC_ACT_UNSPEC. */
const [NEXT, SHOT, REDIRECT] = [0xffff_ffff, 2, 7];
/** The loopback link stands for all links: a test run needs one that exists. */
const IFINDEX = 1;

let netns: Netns;
let loaded: LoadedObject;
let maps: MapSet;
let services: ServiceMaps;

const FAMILIES = {
  ipv4: {
    pod: '10.20.1.1',
    other: '10.20.1.2',
    remote: '10.20.2.1',
    vip: '10.96.0.1',
    node: '172.30.0.1',
    client: '192.0.2.1',
    loopback: '169.254.42.1',
  },
  ipv6: {
    pod: 'fd00::1',
    other: 'fd00::2',
    remote: 'fd00:2::1',
    vip: 'fd00:96::1',
    node: 'fd00:30::1',
    client: '2001:db8::1',
    loopback: '100::1',
  },
} as const;
type Family = keyof typeof FAMILIES;
const NODE_PORT = 30_001;

beforeAll(async () => {
  const object = fs.readFileSync(await ensureNative('services.bpf.o'));
  const directory = makePrivateDirectory();
  mountBpffs(directory);
  netns = Netns.create();
  using file = new BpfObject('services', object);
  loaded = file.load();
  for (const [name, map] of loaded.maps) map.pin(`${directory}/${name}`);
  maps = openMaps((name) => `${directory}/${name}`)!;
  services = openServiceMaps((name) => `${directory}/${name}`)!;
  const links = { uplinkIndex: IFINDEX, overlayIndex: 0, vni: 1, podMtu: 1500 };
  maps.config.update(0, { routing: 'direct', shortCuts: 'untranslated', ...links });
  const macs = { podMac: Buffer.alloc(6, 1), hostMac: Buffer.alloc(6, 2) };
  for (const { pod, other, node } of Object.values(FAMILIES)) {
    maps.endpoints.update(Ip.parse(pod), { kind: 'pod', ifindex: IFINDEX, ...macs });
    maps.endpoints.update(Ip.parse(other), { kind: 'pod', ifindex: 99, ...macs });
    maps.endpoints.update(Ip.parse(node), { kind: 'node' });
  }
  services.config.update(0, {
    node: Object.values(FAMILIES).map(({ node }) => Ip.parse(node)),
    loopback: Object.values(FAMILIES).map(({ loopback }) => Ip.parse(loopback)),
    maglevSize: 251,
    nodePorts: [30_000, 32_767],
    snatPorts: [61_000, 61_001],
    uplinkMac: Buffer.alloc(6),
  });
});

afterAll(() => {
  for (const each of [services, maps, loaded, netns]) each?.[Symbol.dispose]();
});

beforeEach(() => {
  for (const map of [services.conntrack, services.reverseNat])
    map.deleteAll(map.entries().map(([key]) => key));
});

/** Service 1 of a family and protocol: the VIP at port 80 and the node port lead to these addresses at 8080. */
function serve(family: Family, protocol: ServiceProtocol, addresses: readonly string[], more = {}): void {
  const { vip } = FAMILIES[family];
  const entry = { service: 1, counts: [addresses.length, 0], affinitySeconds: 0, ...more } as const;
  const policies = { internalLocal: false, externalLocal: false, maglev: false, dsr: false, ...more };
  for (const [kind, address, port] of [
    ['ClusterIP', Ip.parse(vip), 80],
    ['NodePort', null, NODE_PORT],
  ] as const) {
    services.frontends.update({ family, protocol, address, port }, { kind, ...entry, ...policies });
  }
  addresses.forEach((address, i) => {
    const backend = { address: Ip.parse(address), port: 8080, protocol, service: 1 };
    services.backends.update(i + 1, { ...backend, flags: BACKEND_FLAGS.inAll });
    services.slots.update({ service: 1, view: 0, index: i + 1 }, i + 1);
  });
}

function run(name: string, frame: Buffer) {
  const before = readServiceMetrics(services.metrics);
  const outcome = netns.run(() => loaded.programs.get(name)!.testRun({ frame, ifindex: IFINDEX }));
  const after = readServiceMetrics(services.metrics);
  const counted = SERVICE_METRICS.filter((each: ServiceMetric) => after[each].packets > before[each].packets);
  return { result: outcome.result, frame: Buffer.from(outcome.frame), counted };
}

describe.each(['ipv4', 'ipv6'] as const)('%s', (family) => {
  const { pod, other, remote, vip, node, client, loopback } = FAMILIES[family];
  const from = (source: string, destination: string, port: number, more: Partial<FrameSpec> = {}) =>
    makeFrame({ protocol: 'TCP', source: [source, 4000], destination: [destination, port], ...more });

  describe.each(['TCP', 'UDP'] as const)('%s', (protocol) => {
    test('a request and its answer are translated with right checksums', () => {
      serve(family, protocol, [remote]);
      const request = run('cl_service_from_pod', from(pod, vip, 80, { protocol }));
      expect(request).toMatchObject({ result: NEXT, counted: ['packet'] });
      expect(readFrame(request.frame)).toMatchObject({
        source: pod,
        destination: remote,
        ports: [4000, 8080],
      });
      const back = makeFrame({ protocol, source: [remote, 8080], destination: [pod, 4000], flags: 0x12 });
      const answer = run('cl_service_from_network', back);
      expect(answer).toMatchObject({ result: REDIRECT, counted: ['reply'] });
      expect(readFrame(answer.frame)).toMatchObject({ source: vip, destination: pod, ports: [80, 4000] });
    });

    test.each(['other', 'remote'] as const)(
      'one port for two frontends is two at their %s backend',
      (where) => {
        const backend = FAMILIES[family][where];
        serve(family, protocol, [backend]);
        const call = (frontend: string, port: number) =>
          readFrame(run('cl_service_from_pod', from(pod, frontend, port, { protocol })).frame);
        expect(call(vip, 80)).toMatchObject({ source: pod, destination: backend, ports: [4000, 8080] });
        const second = call(node, NODE_PORT);
        expect(second).toMatchObject({ source: pod, destination: backend, ports: [expect.anything(), 8080] });
        const [port] = second.ports;
        expect([61_000, 61_001]).toContain(port);
        // Each keeps what it has, and each answer finds its way.
        expect([call(vip, 80).ports[0], call(node, NODE_PORT).ports[0]]).toEqual([4000, port]);
        const reply = (to: number) => {
          const program = where === 'remote' ? 'cl_service_from_network' : 'cl_service_from_stack';
          const back = { protocol, source: [backend, 8080], destination: [pod, to], flags: 0x10 } as const;
          return readFrame(run(program, makeFrame(back)).frame);
        };
        expect(reply(4000)).toMatchObject({ source: vip, ports: [80, 4000] });
        expect(reply(port)).toMatchObject({ source: node, ports: [NODE_PORT, 4000] });
      },
    );

    test('a pod that calls itself is called by somebody else', () => {
      serve(family, protocol, [pod]);
      const request = run('cl_service_from_pod', from(pod, vip, 80, { protocol }));
      expect(request).toMatchObject({ result: REDIRECT, counted: ['packet', 'hairpin'] });
      expect(readFrame(request.frame)).toMatchObject({
        source: loopback,
        destination: pod,
        ports: [4000, 8080],
      });
      const back = makeFrame({ protocol, source: [pod, 8080], destination: [loopback, 4000], flags: 0x12 });
      const answer = run('cl_service_from_pod', back);
      expect(answer.result).toBe(REDIRECT);
      expect(readFrame(answer.frame)).toMatchObject({ source: vip, destination: pod, ports: [80, 4000] });
    });

    test('what is sent on has an address and a port of the node, its answer goes back to the client', () => {
      serve(family, protocol, [remote]);
      const request = run('cl_service_from_network', from(client, node, NODE_PORT, { protocol }));
      expect(request).toMatchObject({ result: REDIRECT, counted: ['packet', 'snat'] });
      const sent = readFrame(request.frame);
      expect(sent).toMatchObject({ source: node, destination: remote });
      expect(sent.ports[0]).toBeGreaterThanOrEqual(61_000);
      const back = makeFrame({
        protocol,
        source: [remote, 8080],
        destination: [node, sent.ports[0]],
        flags: 0x12,
      });
      const answer = run('cl_service_from_network', back);
      expect(answer).toMatchObject({ result: REDIRECT, counted: ['reply'] });
      expect(readFrame(answer.frame)).toMatchObject({
        source: node,
        destination: client,
        ports: [NODE_PORT, 4000],
      });
    });

    test('the frontend travels in an option, and comes out again', () => {
      serve(family, protocol, [remote], { dsr: true });
      const request = run('cl_service_from_network', from(client, node, NODE_PORT, { protocol }));
      expect(request).toMatchObject({ result: REDIRECT, counted: ['packet', 'dsr'] });
      const sent = readFrame(request.frame);
      expect(sent).toMatchObject({ source: client, destination: remote, ports: [4000, 8080] });
      expect(sent.options.length).toBe(family === 'ipv4' ? 8 : 24);

      // The same node takes the backend's part: the remote pod is now one of its own.
      const macs = { podMac: Buffer.alloc(6, 1), hostMac: Buffer.alloc(6, 2) };
      maps.endpoints.update(Ip.parse(remote), { kind: 'pod', ifindex: IFINDEX, ...macs });
      const frame = Buffer.from(request.frame);
      frame.fill(0, 0, 6);
      const arrived = run('cl_service_from_network', frame);
      const back = makeFrame({ protocol, source: [remote, 8080], destination: [client, 4000], flags: 0x12 });
      const answer = run('cl_service_from_pod', back);
      maps.endpoints.delete(Ip.parse(remote));
      expect(readFrame(arrived.frame)).toMatchObject({
        source: client,
        destination: remote,
        options: Buffer.alloc(0),
      });
      expect(answer).toMatchObject({ result: REDIRECT, counted: ['reply'] });
      expect(readFrame(answer.frame)).toMatchObject({
        source: node,
        destination: client,
        ports: [NODE_PORT, 4000],
      });
    });

    test.each([
      ['a pod here', 'cl_service_from_pod', pod, other],
      ['a pod elsewhere', 'cl_service_from_network', remote, pod],
    ])('%s that calls a backend itself is not answered by the frontend it called before', (...each) => {
      const [, program, caller, backend] = each;
      const call = program === 'cl_service_from_pod' ? vip : node;
      serve(family, protocol, [backend]);
      run(program, from(caller, call, call === vip ? 80 : NODE_PORT, { protocol }));
      expect(services.reverseNat.entries()).toHaveLength(1);
      const direct = from(caller, backend, 8080, { protocol });
      expect(run(program, direct)).toEqual({ result: NEXT, frame: direct, counted: [] });
      expect(services.reverseNat.entries()).toEqual([]);
    });

    test('a second flow gets another port, and a third one none', () => {
      serve(family, protocol, [remote]);
      const call = (port: number) =>
        run(
          'cl_service_from_network',
          makeFrame({ protocol, source: [client, port], destination: [node, NODE_PORT] }),
        );
      const ports = [1, 2].map((port) => readFrame(call(port).frame).ports[0]);
      expect(ports.toSorted()).toEqual([61_000, 61_001]);
      expect(call(3)).toMatchObject({ result: SHOT, counted: ['drop-no-port'] });
      expect(readFrame(call(1).frame).ports[0]).toBe(ports[0]);
    });
  });

  test('each direction of a flow keeps the other alive, or brings it back', () => {
    serve(family, 'UDP', [remote]);
    const request = () => run('cl_service_from_network', from(client, node, NODE_PORT, { protocol: 'UDP' }));
    const [port] = readFrame(request().frame).ports;
    const answer = makeFrame({ protocol: 'UDP', source: [remote, 8080], destination: [node, port] });
    /** As if nothing had come for two seconds. Returns what it was before. */
    const age = (map: typeof services.conntrack, offset: number): bigint => {
      const [[key, value]] = map.entries() as [[Buffer, Buffer]];
      const seen = value.readBigUInt64LE(offset);
      value.writeBigUInt64LE(seen - 2_000_000_000n, offset);
      map.update(key, value);
      return seen;
    };
    const seenOf = (map: typeof services.conntrack, offset: number) =>
      map.entries().map(([, value]) => value.readBigUInt64LE(offset));

    const first = age(services.conntrack, CONNTRACK_VALUE.seen);
    age(services.reverseNat, REVERSE_NAT_VALUE.seen);
    run('cl_service_from_network', answer);
    expect(seenOf(services.conntrack, CONNTRACK_VALUE.seen)[0]).toBeGreaterThan(first);

    age(services.conntrack, CONNTRACK_VALUE.seen);
    services.reverseNat.deleteAll(services.reverseNat.entries().map(([key]) => key));
    request();
    expect(readFrame(run('cl_service_from_network', answer).frame)).toMatchObject({
      source: node,
      destination: client,
      ports: [NODE_PORT, 4000],
    });
  });

  test('TCP that nobody serves is reset', () => {
    serve(family, 'TCP', []);
    const refusal = run('cl_service_from_pod', from(pod, vip, 80));
    expect(refusal).toMatchObject({ result: REDIRECT, counted: ['rejected'] });
    const { segment, ...rest } = readFrame(refusal.frame);
    expect(rest).toMatchObject({ source: vip, destination: pod, protocol: 6, ports: [80, 4000] });
    // RST and ACK of the SYN and the seven bytes behind it.
    expect([segment[13], segment.readUInt32BE(8)]).toEqual([TCP_FLAGS.rst | TCP_FLAGS.ack, 1008]);
    const late = run('cl_service_from_pod', from(pod, vip, 80, { flags: TCP_FLAGS.ack }));
    const reset = readFrame(late.frame).segment;
    expect([reset[13], reset.readUInt32BE(4)]).toEqual([TCP_FLAGS.rst, 2000]);
    expect(run('cl_service_from_pod', from(pod, vip, 80, { flags: TCP_FLAGS.rst })).result).toBe(SHOT);
  });

  test('UDP that nobody serves is unreachable', () => {
    serve(family, 'UDP', []);
    const sent = from(pod, vip, 80, { protocol: 'UDP' });
    const refusal = run('cl_service_from_pod', sent);
    expect(refusal).toMatchObject({ result: REDIRECT, counted: ['rejected'] });
    const { segment, ...rest } = readFrame(refusal.frame);
    expect(rest).toMatchObject({ source: vip, destination: pod, protocol: family === 'ipv4' ? 1 : 58 });
    expect([...segment.subarray(0, 2)]).toEqual(family === 'ipv4' ? [3, 3] : [1, 4]);
    expect(segment.subarray(8)).toEqual(sent.subarray(14, 14 + segment.length - 8));
  });

  test('a policy Local without a backend here says nothing, since others have some', () => {
    serve(family, 'TCP', [remote], { externalLocal: true });
    expect(run('cl_service_from_network', from(client, node, NODE_PORT))).toMatchObject({
      result: SHOT,
      counted: ['drop-no-local'],
    });
  });

  test.each([
    ['without a hop left', from(pod, vip, 80, { ttl: 1 })],
    ['from an address that is not its own', from(other, vip, 80)],
    ['to nobody', from(pod, client, 80)],
    ['to a node port of another node', from(pod, client, NODE_PORT)],
  ])('a packet %s is left to the next program', (_, frame) => {
    serve(family, 'TCP', [remote]);
    expect(run('cl_service_from_pod', frame)).toEqual({ result: NEXT, frame, counted: [] });
  });
});

test('UDP without a checksum stays without', () => {
  serve('ipv4', 'UDP', ['10.20.2.1']);
  const ends = { source: ['10.20.1.1', 4000], destination: ['10.96.0.1', 80] } as const;
  const { frame } = run('cl_service_from_pod', makeFrame({ protocol: 'UDP', ...ends, unsummed: true }));
  expect(readFrame(frame).segment.readUInt16BE(6)).toBe(0);
});

test('fragments are left to the next program', () => {
  serve('ipv4', 'UDP', ['10.20.2.1']);
  const ends = { source: ['10.20.1.1', 4000], destination: ['10.96.0.1', 80] } as const;
  const frame = makeFrame({ protocol: 'UDP', ...ends, fragment: true });
  expect(run('cl_service_from_pod', frame)).toEqual({ result: NEXT, frame, counted: [] });
});
