import { readFileSync } from 'node:fs';
import { AgentProcess } from '../../agent/process/index.ts';
import { mountBpffs } from '../../kernel/bpf/index.ts';
import { warmThreadPool } from '../../kernel/index.ts';
import { connect } from '../../kube/index.ts';
import { HttpServer } from '../http/http-server.ts';
import { probes } from '../http/probes.ts';
import type { ImageFiles } from '../image-files.ts';
import type { Log } from '../log.ts';
import type { PodEnvironment } from '../pod-environment.ts';
import { API_PREFIX, agentApi } from './agent-api.ts';
import { AgentMetrics } from './agent-metrics.ts';
import { EventLog } from './event-log.ts';
import { ownNode } from './own-node.ts';
import type { ClusterAgentSettings } from './settings.ts';

/** The chart mounts the node's own, so that what is pinned outlives the container. */
const BPFFS = '/sys/fs/bpf';

export interface StartAgentOptions {
  readonly environment: PodEnvironment;
  readonly settings: ClusterAgentSettings;
  /** File with the token that {@link API_PREFIX} needs. */
  readonly tokenFile: string;
  readonly files: ImageFiles;
  readonly log: Log;
}

/**
 * Serves the node that this process runs on, until it is disposed of. Probes are answered early; it resolves when CNI
 * calls are.
 */
export async function startAgent(options: StartAgentOptions): Promise<AsyncDisposable> {
  const { environment, settings, tokenFile, files, log } = options;
  const { port, services, uplink, ...common } = settings;
  await warmThreadPool();
  await using cleanup = new AsyncDisposableStack();
  const client = cleanup.use(connect(environment.api));
  const metrics = new AgentMetrics();
  const events = cleanup.use(new EventLog(environment.nodeName));
  let waitsFor: string | undefined = 'waiting for the API server to know this node';
  let ips: readonly string[] = [];
  let agent: AgentProcess | undefined;
  cleanup.use(
    await HttpServer.listen({
      host: environment.podIp,
      port,
      guarded: { prefix: API_PREFIX, token: readFileSync(tokenFile, 'utf8').trim() },
      endpoints: {
        ...probes({ waitsFor: () => waitsFor, metrics: () => metrics.text(agent) }),
        ...agentApi(
          events,
          environment.nodeName,
          () => ips,
          () => agent,
        ),
      },
    }),
  );
  const node = await ownNode(client, environment.nodeName, {
    uplink,
    onError: (error) => log.warn({ err: error }, 'will be tried again'),
  });
  ips = node.ips;
  log.info({ node }, 'taking the node over');
  waitsFor = 'taking over what an earlier agent left';
  mountBpffs(BPFFS);
  agent = cleanup.use(
    await AgentProcess.start(
      {
        ...common,
        fabricCidrs: [],
        bpfObject: files.bpfObject,
        ...(services ? { services: { ...services, bpfObject: files.servicesObject } } : {}),
        nodes: [node],
      },
      {
        client,
        onEvent: (event) => {
          events.push(event);
          metrics.observe(event);
        },
        log: (message, detail) => log.warn({ detail }, message),
      },
    ),
  );
  waitsFor = 'reading nodes and Services from the API server';
  await agent.serve();
  waitsFor = undefined;
  log.info('agent is up');
  return cleanup.move();
}
