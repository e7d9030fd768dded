import path from 'node:path';
import type { Container, PodSpec, PortForwarder } from '../../kube/index.ts';
import { GO_DEBUG } from '../../traffic/index.ts';

/** How the dialers of a cluster, which are pods, are spoken to. */
export type Dialling =
  /** By a folder that this machine, nodes and pods share: for their sockets and samples. */
  | {
      readonly by: 'folder';
      /** Here, and in pods. */
      readonly path: string;
      /** On the nodes. */
      readonly onNode: string;
    }
  /** Through the API server: pods share nothing with this machine. */
  | {
      readonly by: 'port';
      readonly forwarder: PortForwarder;
      /** Where the sockets are on this machine that lead to them. */
      readonly directory: string;
    };

/** On the loopback of a dialer's pod, which nobody reaches but through the API server. */
export const DIALER_PORT = 9971;
/** Where a dialer that shares no folder keeps samples until they are asked for. */
export const SAMPLES_FOLDER = '/run/podnet';

const VOLUME = 'podnet';

/** Where the dialer of a pod is reached on this machine. */
export function dialerSocket(dialling: Dialling, namespace: string, name: string): string {
  const folder = dialling.by === 'folder' ? dialling.path : dialling.directory;
  return path.join(folder, `${namespace}.${name}.sock`);
}

/** What makes a container of an image with podnet-dialer a dialer. */
export function dialerContainer(dialling: Dialling): Pick<Container, 'command' | 'env' | 'volumeMounts'> {
  const listens =
    dialling.by === 'folder'
      ? ['--socket', dialerSocket(dialling, '$(NAMESPACE)', '$(POD)')]
      : ['--listen', `127.0.0.1:${DIALER_PORT}`];
  return {
    command: ['podnet-dialer', ...listens],
    // A signal in the middle of a system call would show in latencies.
    env: [{ name: 'GODEBUG', value: GO_DEBUG }],
    volumeMounts: [{ name: VOLUME, mountPath: dialling.by === 'folder' ? dialling.path : SAMPLES_FOLDER }],
  };
}

export function dialerVolumes(dialling: Dialling): Pick<PodSpec, 'volumes'> {
  const place =
    dialling.by === 'folder' ? { hostPath: { path: dialling.onNode, type: 'Directory' } } : { emptyDir: {} };
  return { volumes: [{ name: VOLUME, ...place }] };
}
