/** The objects that cases are made of, as small as they can be. */

export const NS = '/api/v1/namespaces/{ns}';
export const CONFIG_MAPS = `${NS}/configmaps`;
export const PODS = `${NS}/pods`;
export const SERVICES = `${NS}/services`;
export const NODES = '/api/v1/nodes';

export const configMap = (name: string, more: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name, ...metadata },
  ...more,
});

export const pod = (name: string, spec: object = {}, metadata: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Pod',
  metadata: { name, ...metadata },
  spec: { containers: [{ name: 'main', image: 'pause' }], ...spec },
});

export const node = (name: string, more: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Node',
  metadata: { name, labels: { 'kubernetes.io/hostname': name } },
  ...more,
});

export const service = (name: string, spec: object = {}) => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name },
  spec: { selector: { app: name }, ports: [{ port: 80 }], ...spec },
});

export const binding = (pod: string, node: string) => ({
  apiVersion: 'v1',
  kind: 'Binding',
  metadata: { name: pod },
  target: { apiVersion: 'v1', kind: 'Node', name: node },
});
