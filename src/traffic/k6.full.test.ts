import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ensureNative } from '../../lab/setup/index.ts';
import { ensureTool } from '../../lab/tools/index.ts';
import { NamespaceDaemon } from '../kernel/index.ts';
import { Responder } from '../runtime/index.ts';
import { startDaemonDialer } from './daemon-dialer.ts';
import { Traffic, type TrafficHost } from './index.ts';

const SCRIPTS = path.resolve(import.meta.dirname, '../../scenarios/k6');
const PORTS = [
  { protocol: 'tcp', port: 80 },
  { protocol: 'udp', port: 53 },
] as const;

/** A node with nothing but one pod, which dials itself over its loopback: k6 is on trial here, not a network. */
let directory: string;
let daemon: NamespaceDaemon;
let traffic: Traffic;

beforeAll(async () => {
  directory = fs.mkdtempSync(path.join(os.tmpdir(), 'clb-k6-'));
  const [k6, dialer, responder] = await Promise.all(
    ['k6', 'podnet-dialer', 'podnet-responder'].map((name) => ensureTool(name)),
  );
  const binary = await ensureNative('churnlab-nsd');
  await NamespaceDaemon.launch({ binary, directory, name: 'n1', newNet: true, nodeMounts: true });
  daemon = await NamespaceDaemon.connect(directory);
  await daemon.addNetns('pod');
  const netns = '/run/netns/pod';
  const host: TrafficHost = {
    directory,
    nodes: ['n1'],
    dialer: (node, program) => startDaemonDialer({ node, daemon: directory, program, directory }),
    find: async (name) => ({ name, node: 'n1', netns, isPod: true }),
    answerForPods: async (program) => {
      const socket = path.join(directory, 'responder.sock');
      using answering = await Responder.start({
        name: 'responder',
        daemon,
        program,
        listensAt: socket,
        socket,
        log: `${socket}.log`,
      });
      await answering.add({ id: 'pod', name: 'default/pod', netns, ports: PORTS });
    },
  };
  traffic = await Traffic.start(host, { k6: k6!, dialer: dialer!, responder: responder! });
});

afterAll(async () => {
  await traffic?.[Symbol.asyncDispose]();
  await daemon?.shutdown();
  daemon?.[Symbol.dispose]();
  fs.rmSync(directory, { recursive: true });
});

const run = (name: string, params: Record<string, unknown>) =>
  traffic.script({
    file: path.join(SCRIPTS, `${name}.ts`),
    places: ['default/pod'],
    params: { to: ['127.0.0.1:80'], duration: '1s', batch: 20, expect: ['default/pod'], ...params },
    labels: { path: 'direct' },
  });

test.each(['crr', 'rr', 'http', 'stream', 'udp'])(
  '%s.ts: raw samples of all that k6 counted',
  async (name) => {
    const extra = name === 'udp' ? { to: ['127.0.0.1:53'] } : name === 'stream' ? { seconds: 0.05 } : {};
    const { counts, passed, samples } = await run(name, extra).then((result) => ({
      counts: result.counts,
      passed: result.passed,
      samples: [...result.samples()],
    }));
    expect(counts).toMatchObject({ failed: 0, misrouted: 0, droppedIterations: 0 });
    expect(counts.iterations).toBeGreaterThan(0);
    expect(passed).toBe(true);
    expect(samples.filter(({ metric }) => metric === 'service.request')).toHaveLength(counts.requests);
    expect(samples[0]).toMatchObject({
      node: 'n1',
      pod: 'default/pod',
      labels: { path: 'direct' },
      ok: true,
    });
  },
);

test('an answer of a stranger crosses the threshold', async () => {
  const { counts, passed } = await run('crr', { expect: ['default/other'] });
  expect(passed).toBe(false);
  expect(counts.misrouted).toBe(counts.requests);
});

test('batches that cannot begin on schedule are counted', async () => {
  const { counts } = await run('crr', { rate: 500, batch: 400 });
  expect(counts.droppedIterations).toBeGreaterThan(0);
});

test('a script that is wrong says why', async () => {
  await expect(run('crr', { to: [] })).rejects.toThrow(
    'Expected params.to, addresses with ports to dial, got none',
  );
  await expect(run('crr', { from: ['default/web'] })).rejects.toThrow(
    'expected from to be one of default/pod, got "default/web"',
  );
  const once = path.join(directory, 'once.ts');
  fs.writeFileSync(once, `import { crr } from 'k6/x/podnet'; export default () => crr({ from: 'nowhere' });`);
  await expect(traffic.script({ file: once, places: ['default/pod'] })).rejects.toThrow('got "nowhere"');
});
