/** The control plane's process: the embedded API with its scheduler and controllers. */
import fs from 'node:fs';
import { parseArgs } from 'node:util';
import { pino } from 'pino';
import { Ip } from '../../../ip/index.ts';
import { listenTcp, Netns, warmThreadPool } from '../../../kernel/index.ts';
import { Controllers } from '../../../kube/server/controllers/index.ts';
import { ApiServer } from '../../../kube/server/index.ts';
import type { ControlPlaneConfig } from './config.ts';
import { kubeconfigText } from './kubeconfig.ts';

const log = pino({ name: 'control-plane' }, pino.destination({ fd: 2, sync: true }));
const { values } = parseArgs({ options: { config: { type: 'string' } } });
if (values.config === undefined) {
  process.stderr.write('usage: control-plane --config FILE\n');
  process.exit(2);
}
const config = JSON.parse(fs.readFileSync(values.config, 'utf8')) as ControlPlaneConfig;
const token = fs.readFileSync(config.tokenFile, 'utf8').trim();
const { fabric } = config;

await warmThreadPool();
await using server = await ApiServer.start({
  token,
  tls: { host: '127.0.0.1', port: 0 },
  hosts: fabric.addresses,
  socketPath: config.socket,
  serviceCidrs: config.serviceCidrs,
  nodePorts: config.nodePorts,
  onFault: (error) => log.error({ err: error }, 'API server'),
});
using netns = Netns.open(fabric.netns);
for (const address of fabric.addresses) {
  await server.listenTls({ fd: listenTcp(netns, Ip.parse(address).bytes(), fabric.port) });
}
const write = (file: string, address: string): void => {
  const text = kubeconfigText({
    context: config.context,
    server: `https://${address}`,
    ca: server.ca,
    token,
  });
  fs.writeFileSync(file, text, { mode: 0o600 });
};
write(config.kubeconfig, `127.0.0.1:${server.port}`);
write(config.nodeKubeconfig, `${fabric.addresses[0]}:${fabric.port}`);
await using _controllers = await Controllers.start(server.client, {
  onError: (controller, key, error) => log.warn({ controller, key, err: error }, 'will be tried again'),
});
fs.writeFileSync(`${config.readyFile}.new`, JSON.stringify({ port: server.port }));
fs.renameSync(`${config.readyFile}.new`, config.readyFile);
log.info({ port: server.port }, 'control plane is up');

await new Promise<void>((resolve) => {
  process.once('SIGTERM', resolve);
});
