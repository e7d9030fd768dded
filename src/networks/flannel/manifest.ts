import type { KubeObject } from '../../kube/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { netConf } from './configuration.ts';

export const FLANNEL_NAMESPACE = 'kube-flannel';
const LABELS = { tier: 'node', app: 'flannel' };
export const FLANNEL_PODS = 'tier=node,app=flannel';

/**
 * Documentation/kube-flannel.yml of the flannel project, with the lab's pools and back end. The lab puts plugins and
 * configuration onto the nodes, so there are no init containers that copy them.
 * @param image has flanneld on its PATH, with iptables
 */
export function kubeFlannel(lab: LabSpec, image: string): readonly KubeObject[] {
  const meta = (name: string) => ({ name, namespace: FLANNEL_NAMESPACE, labels: LABELS });
  const subject = { kind: 'ServiceAccount', name: 'flannel', namespace: FLANNEL_NAMESPACE };
  const objects = [
    {
      apiVersion: 'v1',
      kind: 'Namespace',
      metadata: { name: FLANNEL_NAMESPACE, labels: { 'pod-security.kubernetes.io/enforce': 'privileged' } },
    },
    { apiVersion: 'v1', kind: 'ServiceAccount', metadata: meta('flannel') },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRole',
      metadata: { name: 'flannel' },
      rules: [
        { apiGroups: [''], resources: ['pods'], verbs: ['get'] },
        { apiGroups: [''], resources: ['nodes'], verbs: ['get', 'list', 'watch'] },
        { apiGroups: [''], resources: ['nodes/status'], verbs: ['patch'] },
      ],
    },
    {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'ClusterRoleBinding',
      metadata: { name: 'flannel' },
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'flannel' },
      subjects: [subject],
    },
    {
      apiVersion: 'v1',
      kind: 'ConfigMap',
      metadata: meta('kube-flannel-cfg'),
      data: { 'net-conf.json': JSON.stringify(netConf(lab)) },
    },
    {
      apiVersion: 'apps/v1',
      kind: 'DaemonSet',
      metadata: meta('kube-flannel-ds'),
      spec: {
        selector: { matchLabels: LABELS },
        template: { metadata: { labels: LABELS }, spec: podSpec(image) },
      },
    },
  ];
  return objects;
}

function podSpec(image: string): object {
  const field = (fieldPath: string) => ({ valueFrom: { fieldRef: { fieldPath } } });
  return {
    hostNetwork: true,
    priorityClassName: 'system-node-critical',
    tolerations: [{ effect: 'NoSchedule', operator: 'Exists' }],
    serviceAccountName: 'flannel',
    containers: [
      {
        name: 'kube-flannel',
        image,
        command: ['flanneld'],
        args: ['--ip-masq', '--kube-subnet-mgr'],
        securityContext: { privileged: false, capabilities: { add: ['NET_ADMIN', 'NET_RAW'] } },
        env: [
          { name: 'POD_NAME', ...field('metadata.name') },
          { name: 'POD_NAMESPACE', ...field('metadata.namespace') },
        ],
        volumeMounts: [
          { name: 'run', mountPath: '/run/flannel' },
          { name: 'flannel-cfg', mountPath: '/etc/kube-flannel/' },
          { name: 'xtables-lock', mountPath: '/run/xtables.lock' },
        ],
      },
    ],
    volumes: [
      { name: 'run', hostPath: { path: '/run/flannel' } },
      { name: 'flannel-cfg', configMap: { name: 'kube-flannel-cfg' } },
      { name: 'xtables-lock', hostPath: { path: '/run/xtables.lock', type: 'FileOrCreate' } },
    ],
  };
}
