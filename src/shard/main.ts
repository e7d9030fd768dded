/**
 * The program of a shard's pod: `churnlab-shard --shards N --port PORT`. Which of them it is, its Job says. It is told what
 * to do on the loopback of its pod, and ends with whoever told it.
 */
import { parseArgs } from 'node:util';
import { IpcServer } from '../ipc/index.ts';
import { connect } from '../kube/index.ts';
import { Shard } from './shard.ts';

/** Where the kubelet puts what a pod needs to be its service account (k8s.io/client-go/rest InClusterConfig). */
const SERVICE_ACCOUNT = '/var/run/secrets/kubernetes.io/serviceaccount';

const text = { type: 'string' } as const;
const { values } = parseArgs({ options: { shards: text, port: text } });
const {
  JOB_COMPLETION_INDEX: index,
  KUBERNETES_SERVICE_HOST: host,
  KUBERNETES_SERVICE_PORT: port,
} = process.env;
if (!values.shards || !values.port || !index || !host || !port) {
  process.stderr.write('usage: churnlab-shard --shards N --port PORT, in a pod of an Indexed Job\n');
  process.exit(2);
}

const end = (): never => process.exit(0);
process.once('SIGTERM', end);
const client = connect({
  server: `https://${host.includes(':') ? `[${host}]` : host}:${port}`,
  caFile: `${SERVICE_ACCOUNT}/ca.crt`,
  tokenFile: `${SERVICE_ACCOUNT}/token`,
});
const shard = new Shard({ client, shard: Number(index), shards: Number(values.shards), onGone: end });
await IpcServer.listenOn(Number(values.port), shard.handlers);
