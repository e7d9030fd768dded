/** The pod runtime's process: what a kubelet and containerd do for pods that are little more than their network. */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { IpcServer, type Subscriber } from '../ipc/index.ts';
import { NamespaceDaemon } from '../kernel/index.ts';
import { connect } from '../kube/index.ts';
import type { CniCall, HarnessCost, SandboxOutcome } from './cni-call.ts';
import type { RuntimeConfig } from './config.ts';
import { PodAnswers } from './pod-answers.ts';
import { PodRuntime } from './pod-runtime.ts';
import { Sandboxes } from './sandboxes.ts';

const log = pino({ name: 'runtime' }, pino.destination({ dest: 2, sync: true }));
const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('usage: runtime --config FILE\n');
  process.exit(2);
}
const config = JSON.parse(fs.readFileSync(values.config, 'utf8')) as RuntimeConfig;
const token = fs.readFileSync(config.api.tokenFile, 'utf8').trim();
const followers = new Set<Subscriber>();
const report = (call: CniCall): void => {
  for (const follower of followers) follower.push(call);
};

await using cleanup = new AsyncDisposableStack();
const client = cleanup.use(connect({ socketPath: config.api.socketPath, token }));
const sandboxes = new Map<string, Sandboxes>();
const runtimes: PodRuntime[] = [];
const answers: PodAnswers[] = [];
for (const node of config.nodes) {
  const daemon = cleanup.use(await NamespaceDaemon.connect(node.daemon));
  const own = new Sandboxes(node, daemon, config.cniPath, report);
  own.restore();
  sandboxes.set(node.name, own);
  const warn = (message: string, error?: unknown): void => log.warn({ node: node.name, err: error }, message);
  const answering = cleanup.use(new PodAnswers(node, daemon, warn));
  await answering.restore();
  answers.push(answering);
  runtimes.push(cleanup.use(new PodRuntime(client, node, own, answering, warn)));
}

interface SandboxParams {
  readonly node: string;
  readonly id: string;
}
const of = (node: string): Sandboxes => {
  const found = sandboxes.get(node);
  if (!found) throw new Error(`Expected a node of ${[...sandboxes.keys()].join(', ')}, got ${node}`);
  return found;
};
cleanup.use(
  await IpcServer.listen(config.control, {
    follow: (_params: null, subscriber: Subscriber) => {
      followers.add(subscriber);
      subscriber.signal.addEventListener('abort', () => followers.delete(subscriber));
    },
    'sandbox.add': ({ node, id }: SandboxParams): Promise<SandboxOutcome> => of(node).add(id),
    'sandbox.remove': ({ node, id }: SandboxParams): Promise<SandboxOutcome> => of(node).remove(id),
    harness: ({ count }: { count: number }): Promise<HarnessCost[]> =>
      of(config.nodes[0]!.name).measureHarness(count),
    answer: ({ responder }: { responder: string }) =>
      Promise.all(answers.map((each) => each.start(responder))).then(() => null),
    'sandbox.list': ({ node }: { node: string }) => of(node).list(),
  }),
);
await Promise.all(runtimes.map((runtime) => runtime.start()));
log.info({ nodes: config.nodes.map(({ name }) => name) }, 'pod runtime is up');

await new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
});
