import { HttpClient } from './http-client.ts';
import type { KubeClient } from './kube-client.ts';
import { kubeconfigTransport, socketTransport } from './transport.ts';

export type Target =
  | { readonly socketPath: string; readonly token: string }
  | { readonly kubeconfig: string; readonly context?: string };

/**
 * A client of an API server on a unix socket, or of the cluster in a kubeconfig file. Nothing is opened before
 * the first request, which is also what reports a kubeconfig that cannot be used.
 */
export function connect(target: Target): KubeClient {
  return new HttpClient(
    'socketPath' in target
      ? socketTransport(target.socketPath, target.token)
      : kubeconfigTransport(target.kubeconfig, target.context),
  );
}
