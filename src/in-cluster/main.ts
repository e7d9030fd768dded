/**
 * The program of the image: `churnlab-node COMMAND`. Commands are loaded one by one: who only installs the plugin has no
 * use for the rest. Logs JSON lines to stderr. Exit code 2: wrong input.
 */
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { imageFiles } from './image-files.ts';
import { openLog } from './log.ts';
import { readPodEnvironment } from './pod-environment.ts';

/** The longest that a timer can wait, in ms: 25 days. */
const FOREVER = 2 ** 31 - 1;

const USAGE = `usage: churnlab-node COMMAND
  agent      --config FILE --token-file FILE    serves the node that it runs on
  operator   --config FILE --port PORT          gives nodes their CIDRs, while it leads
  install    --host FOLDER [--exclusive]        puts the CNI plugin on the node
  uninstall  --host FOLDER                      takes away what install and the agent put there
  respond    --port PORT                        answers on a node for the connectivity test
  test       --name NAME --instance RELEASE --port PORT [--services] [--dns]
                                                tries all ways between the responders of that DaemonSet
  wait       --name NAME                        until that DaemonSet has a ready pod on each node, after which no
                                                operator's Lease is left
  idle                                          waits for SIGTERM
Option of agent and install: --files FOLDER with the compiled files (default /opt/churnlab)
`;

const stop = new AbortController();
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.once(signal, () => stop.abort());
const stopped = once(stop.signal, 'abort');

const [command = '', ...rest] = process.argv.slice(2);
const log = openLog(command);

const COMMANDS: Readonly<Record<string, () => Promise<void>>> = {
  async agent() {
    const { startAgent } = await import('./agent/start-agent.ts');
    const { readAgentSettings } = await import('./agent/settings.ts');
    const options = read(['config', 'token-file']);
    const settings = readFile(options.config, readAgentSettings);
    const environment = checked(() => readPodEnvironment(process.env));
    const [tokenFile, files] = [options['token-file'], imageFiles(options.files)];
    await untilStopped(startAgent({ environment, settings, tokenFile, files, log }));
  },
  async operator() {
    const { startClusterOperator } = await import('./operator/start-operator.ts');
    const { readOperatorConfig } = await import('../operator/index.ts');
    const options = read(['config', 'port']);
    const spec = readFile(options.config, readOperatorConfig);
    const environment = checked(() => readPodEnvironment(process.env));
    const onLost = (): never => {
      log.error('the lease is lost: another one may lead');
      process.exit(1);
    };
    await untilStopped(startClusterOperator({ environment, spec, port: Number(options.port), log, onLost }));
  },
  async install() {
    const { install } = await import('./install/install.ts');
    const { host, files, exclusive } = read(['host']);
    for (const line of install(host, imageFiles(files).plugin, { exclusive })) log.info(line);
  },
  async uninstall() {
    const { removeNode } = await import('./install/remove-node.ts');
    for (const line of await removeNode(read(['host']).host)) log.info(line);
  },
  async respond() {
    const { respond } = await import('./connectivity/respond.ts');
    const { podName: pod, nodeName: node } = checked(() => readPodEnvironment(process.env));
    await untilStopped(respond(Number(read(['port']).port), { pod, node }));
  },
  async test() {
    const { testCluster } = await import('./connectivity/test-cluster.ts');
    const { connect } = await import('../kube/index.ts');
    const { port, files: _, ...options } = read(['name', 'instance', 'port']);
    const { api, namespace } = checked(() => readPodEnvironment(process.env));
    await using client = connect(api);
    const failed = await testCluster({ ...options, client, namespace, port: Number(port), say });
    process.exitCode = failed > 0 ? 1 : 0;
  },
  async wait() {
    const { untilReady } = await import('./daemon-set.ts');
    const { removeLease } = await import('./operator/lease.ts');
    const { connect } = await import('../kube/index.ts');
    const { name } = read(['name']);
    const { api, namespace } = checked(() => readPodEnvironment(process.env));
    await using client = connect(api);
    await untilReady(client, { namespace, name, say });
    await removeLease(client, namespace);
  },
  async idle() {
    log.info('waiting');
    // A handler of a signal keeps no process alive: a timer does.
    await sleep(FOREVER, undefined, { signal: stop.signal }).catch(() => {});
  },
};

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** Runs what was started until the process is told to end; before it is up it has nothing to end in order. */
async function untilStopped(starting: Promise<AsyncDisposable>): Promise<void> {
  const running = await Promise.race([starting, stopped.then(() => undefined)]);
  if (running === undefined) process.exit(0);
  await stopped;
  log.info('stopping');
  await running[Symbol.asyncDispose]();
}

/** Options of the command. Ends the process when one is missing, or is not known. */
function read<N extends string>(names: readonly N[]) {
  return checked(() => {
    const text = Object.fromEntries(names.map((name) => [name, { type: 'string' as const }]));
    const flag = { type: 'boolean', default: false } as const;
    const files = { type: 'string', default: '/opt/churnlab' } as const;
    const options = { ...text, files, exclusive: flag, services: flag, dns: flag };
    const { values } = parseArgs({ args: rest, options });
    const missing = names.filter((name) => values[name as keyof typeof values] === undefined);
    if (missing.length > 0) throw new Error(`Expected --${missing.join(', --')}`);
    return values as Omit<typeof values, N> & Record<N, string>;
  });
}

function readFile<T>(file: string, parse: (text: string) => T): T {
  return checked(() => {
    try {
      return parse(readFileSync(file, 'utf8'));
    } catch (cause) {
      throw new Error(`${file}: ${(cause as Error).message}`, { cause });
    }
  });
}

function checked<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    return wrong((error as Error).message);
  }
}

function wrong(message: string): never {
  process.stderr.write(`churnlab-node: ${message}\n${USAGE}`);
  process.exit(2);
}

if (!Object.hasOwn(COMMANDS, command)) wrong(`Expected a command, got \`${command}\``);
await COMMANDS[command]!();
