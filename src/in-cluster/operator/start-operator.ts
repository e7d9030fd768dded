import { randomUUID } from 'node:crypto';
import { connect, lead } from '../../kube/index.ts';
import { type Operator, type OperatorSpec, startOperator } from '../../operator/index.ts';
import { exposition, singles } from '../../stats/prometheus/index.ts';
import { HttpServer } from '../http/http-server.ts';
import { probes } from '../http/probes.ts';
import { processMetrics } from '../http/process-metrics.ts';
import type { Log } from '../log.ts';
import type { PodEnvironment } from '../pod-environment.ts';
import { LEASE } from './lease.ts';

export interface StartClusterOperatorOptions {
  readonly environment: PodEnvironment;
  readonly spec: OperatorSpec;
  /** Of the HTTP endpoints. */
  readonly port: number;
  readonly log: Log;
  /** Told when another one may lead by now: nothing must be decided any more, not even an end in order. */
  readonly onLost: () => never;
}

/**
 * Gives out CIDRs while this process leads, until it is disposed of. It resolves when it leads, which may be never;
 * one that stands by is ready all the same.
 */
export async function startClusterOperator(options: StartClusterOperatorOptions): Promise<AsyncDisposable> {
  const { environment, spec, port, log, onLost } = options;
  const { api, namespace, podIp, podName } = environment;
  await using cleanup = new AsyncDisposableStack();
  const client = cleanup.use(connect(api));
  let state: 'standing by' | 'taking over' | Operator = 'standing by';
  const running = () => (typeof state === 'string' ? undefined : state);
  const metrics = (): string =>
    `${running()?.metrics() ?? ''}${exposition([
      singles('churnlab_operator_')('leader', 'gauge', 'Whether this one leads.', running() ? 1 : 0),
      ...processMetrics(),
    ])}`;
  const waitsFor = () => (state === 'taking over' ? 'taking over what nodes have' : undefined);
  cleanup.use(await HttpServer.listen({ host: podIp, port, endpoints: probes({ waitsFor, metrics }) }));
  for (const warning of spec.warnings) log.warn(warning);
  log.info('standing by');
  const stop = new AbortController();
  cleanup.defer(() => stop.abort());
  const leadership = await lead(
    {
      client,
      namespace,
      name: LEASE,
      identity: `${podName}_${randomUUID()}`,
      onError: (error) => log.warn({ err: error }, 'lease'),
    },
    stop.signal,
  );
  cleanup.use(leadership);
  leadership!.lost.addEventListener('abort', onLost);
  log.info('leading');
  state = 'taking over';
  const onError = (error: unknown, key: string) => log.warn({ key, err: error }, 'did not work');
  state = cleanup.use(await startOperator(spec, { client, onError }));
  log.info({ status: state.status() }, 'ready');
  return cleanup.move();
}
