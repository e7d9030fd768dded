import { afterAll, beforeAll, expect, test } from 'vitest';
import { KernelError } from '../errno.ts';
import { Netns, threadNamespaces, warmThreadPool } from '../netns.ts';
import {
  addAddress,
  addRoute,
  createBridge,
  createVeth,
  createVxlan,
  deleteLinkGroup,
  getLink,
  listAddresses,
  listLinks,
  listNeighbours,
  listRoutes,
  parseAddress,
  parseLink,
  parseNeighbour,
  parseRoute,
  RtSocket,
  setLink,
  setNeighbour,
} from './index.ts';

let node: Netns;
let pod: Netns;

beforeAll(async () => {
  await warmThreadPool();
  node = Netns.create();
  pod = Netns.create();
});

afterAll(() => {
  node[Symbol.dispose]();
  pod[Symbol.dispose]();
});

const names = (socket: RtSocket) => socket.dump(listLinks()).map((message) => parseLink(message).name);

test('a veth is made with its peer in another namespace, and nobody leaves home', () => {
  using inNode = RtSocket.open(node);
  using inPod = RtSocket.open(pod);
  const mac = Uint8Array.of(2, 0, 0, 0, 0, 9);
  const [, reply] = inNode.request(
    createVeth(
      { name: 'lxc1', up: true, mtu: 1400, group: 7 },
      { name: 'eth0', mac, mtu: 1400, netnsFd: pod.fd },
    ),
    getLink({ name: 'lxc1' }),
  );
  const host = parseLink(reply![0]!);
  expect(host).toMatchObject({ name: 'lxc1', kind: 'veth', mtu: 1400, group: 7 });
  expect(names(inPod)).toContain('eth0');
  const eth0 = inPod
    .dump(listLinks())
    .map(parseLink)
    .find((link) => link.name === 'eth0')!;
  expect([...eth0.mac!]).toEqual([...mac]);
  expect(threadNamespaces().size).toBe(1);
});

test('addresses, routes and neighbours of both families are set in one batch', () => {
  using socket = RtSocket.open(pod);
  const { index } = parseLink(socket.request(getLink({ name: 'eth0' }))[0]![0]!);
  const v6 = Uint8Array.from([0xfd, ...Array<number>(14).fill(0), 5]);
  const gateway = Uint8Array.of(169, 254, 1, 1);
  socket.request(
    setLink(index, { up: true }),
    addAddress({ index, address: Uint8Array.of(10, 0, 0, 5), prefixLength: 32 }),
    addAddress({ index, address: v6, prefixLength: 128 }),
    setNeighbour({ index, address: gateway, mac: Uint8Array.of(2, 0, 0, 0, 0, 1) }),
    addRoute({ family: 4, destination: { address: gateway, prefixLength: 32 }, index }),
    addRoute({ family: 4, gateway, index }),
  );
  expect(
    socket.dump(listAddresses()).map((m) => Buffer.from(parseAddress(m).address).toString('hex')),
  ).toEqual(expect.arrayContaining(['0a000005', Buffer.from(v6).toString('hex')]));
  const route = socket
    .dump(listRoutes(4))
    .map(parseRoute)
    .find((r) => r.prefixLength === 0 && r.table === 254);
  expect([...route!.gateway!]).toEqual([...gateway]);
  expect(socket.dump(listNeighbours()).map(parseNeighbour)).toEqual(
    expect.arrayContaining([expect.objectContaining({ state: 0x80, index })]),
  );
});

test('a refusal carries the errno and what the kernel said', () => {
  using socket = RtSocket.open(node);
  const taken = createVeth({ name: 'lxc1' }, { name: 'lxc2' });
  expect(() => socket.request(taken)).toThrow(KernelError);
  expect(() => socket.request(taken)).toThrow('create veth lxc1: EEXIST');
  const [failed, made] = socket.attempt(taken, createVeth({ name: 'lxc3' }, { name: 'lxc4' }));
  expect(failed).toBeInstanceOf(KernelError);
  expect(made).toEqual([]);
});

test('links of a group go together', () => {
  using socket = RtSocket.open(node);
  for (let i = 0; i < 5; i++) socket.request(createVeth({ name: `g${i}`, group: 99 }, { name: `h${i}` }));
  socket.request(deleteLinkGroup(99));
  expect(names(socket).filter((name) => /^[gh]\d$/.test(name))).toEqual([]);
});

test('a bridge takes ports, a metadata VXLAN needs no peer', () => {
  using socket = RtSocket.open(node);
  socket.request(createBridge({ name: 'br0', up: true }), createVxlan({ name: 'vx0', port: 8472 }));
  const bridge = parseLink(socket.request(getLink({ name: 'br0' }))[0]![0]!);
  socket.request(
    setLink(parseLink(socket.request(getLink({ name: 'lxc3' }))[0]![0]!).index, {
      master: bridge.index,
      noLinkLocal: true,
    }),
  );
  expect(parseLink(socket.request(getLink({ name: 'lxc3' }))[0]![0]!).master).toBe(bridge.index);
  expect(parseLink(socket.request(getLink({ name: 'vx0' }))[0]![0]!).kind).toBe('vxlan');
});
