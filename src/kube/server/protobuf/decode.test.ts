import { expect, test } from 'vitest';
import { decodeProtobuf } from './decode.ts';
import { message } from './writer.ts';

const unknown = (apiVersion: string, kind: string, raw: Buffer) =>
  Buffer.concat([Buffer.from('k8s\0'), message([1, message([1, apiVersion], [2, kind])], [2, raw])]);

test('a service: numbers, zero values, int-or-string, maps', () => {
  const metadata = message([1, 's'], [3, 'default'], [5, ''], [8, ''], [11, message([1, 'app'], [2, 'web'])]);
  const port = message([1, 'http'], [2, 'TCP'], [3, 80], [4, message([1, 1], [3, 'web'])], [5, 0]);
  const other = message([1, 'dns'], [2, 'UDP'], [3, 53], [4, message([1, 0], [2, 5353])], [5, 30053]);
  const spec = message([1, port], [1, other], [2, message([1, 'app'], [2, 'web'])], [3, ''], [4, 'NodePort']);
  expect(decodeProtobuf(unknown('v1', 'Service', message([1, metadata], [2, spec])))).toEqual({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 's', namespace: 'default', labels: { app: 'web' } },
    spec: {
      type: 'NodePort',
      selector: { app: 'web' },
      ports: [
        { name: 'http', protocol: 'TCP', port: 80, targetPort: 'web' },
        { name: 'dns', protocol: 'UDP', port: 53, targetPort: 5353, nodePort: 30053 },
      ],
    },
  });
});

test('a lease: times with microseconds; pointers keep their zero', () => {
  const renewed = message([1, 1_767_225_600], [2, 123_456_000]);
  const spec = message([1, 'me'], [2, 15], [4, renewed], [5, 0]);
  expect(decodeProtobuf(unknown('coordination.k8s.io/v1', 'Lease', message([2, spec])))).toMatchObject({
    spec: {
      holderIdentity: 'me',
      leaseDurationSeconds: 15,
      renewTime: '2026-01-01T00:00:00.123456Z',
      leaseTransitions: 0,
    },
  });
});

test('a pod: structs that are inlined, quantities', () => {
  const volume = message([1, 'config'], [2, message([19, message([1, message([1, 'settings'])])])]);
  const resources = message([2, message([1, 'cpu'], [2, message([1, '100m'])])]);
  const container = message([1, 'main'], [2, 'pause'], [8, resources]);
  expect(
    decodeProtobuf(unknown('v1', 'Pod', message([2, message([1, volume], [2, container])]))),
  ).toMatchObject({
    spec: {
      volumes: [{ name: 'config', configMap: { name: 'settings' } }],
      containers: [{ name: 'main', image: 'pause', resources: { requests: { cpu: '100m' } } }],
    },
  });
});

test('a secret: bytes as base64', () => {
  const data = message([1, 'key'], [2, Buffer.from([0, 255])]);
  expect(decodeProtobuf(unknown('v1', 'Secret', message([2, data])))).toMatchObject({
    data: { key: 'AP8=' },
  });
});

test('delete options of any group', () => {
  const options = message([1, 0], [2, message([1, 'some-uid'])], [4, 'Background']);
  expect(decodeProtobuf(unknown('apps/v1', 'DeleteOptions', options))).toMatchObject({
    gracePeriodSeconds: 0,
    preconditions: { uid: 'some-uid' },
    propagationPolicy: 'Background',
  });
});

test('what is not known or not whole', () => {
  expect(decodeProtobuf(Buffer.alloc(0))).toBeUndefined();
  expect(decodeProtobuf(unknown('example.com/v1', 'Widget', Buffer.alloc(0)))).toBeUndefined();
  expect(() => decodeProtobuf(Buffer.from('{}'))).toThrow('does not appear to be a protobuf message');
  expect(() => decodeProtobuf(Buffer.concat([Buffer.from('k8s\0'), Buffer.from([0x12, 0x7f])]))).toThrow(
    'cut off',
  );
});
