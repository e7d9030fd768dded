/** Defaults of a pod's spec, also inside templates (k8s.io/kubernetes: pkg/apis/core/v1/defaults.go). */

type Json = Record<string, unknown>;

export function defaultPodSpec(spec: Json): void {
  spec.restartPolicy ??= 'Always';
  spec.dnsPolicy ??= 'ClusterFirst';
  spec.schedulerName ??= 'default-scheduler';
  spec.securityContext ??= {};
  spec.terminationGracePeriodSeconds ??= 30;
  // Both names of one field are kept in step.
  spec.serviceAccountName ??= spec.serviceAccount ?? 'default';
  spec.serviceAccount = spec.serviceAccountName;
  spec.enableServiceLinks ??= true;
  if (spec.hostNetwork === false) delete spec.hostNetwork;
  for (const list of ['initContainers', 'containers']) {
    for (const container of (spec[list] ?? []) as Json[])
      defaultContainer(container, spec.hostNetwork === true);
  }
  for (const volume of (spec.volumes ?? []) as Json[]) defaultVolume(volume);
}

function defaultContainer(container: Json, hostNetwork: boolean): void {
  container.imagePullPolicy ??= pullPolicy(container.image);
  container.resources ??= {};
  container.terminationMessagePath ??= '/dev/termination-log';
  container.terminationMessagePolicy ??= 'File';
  for (const port of (container.ports ?? []) as Json[]) {
    port.protocol ??= 'TCP';
    if (hostNetwork) port.hostPort ??= port.containerPort;
  }
  for (const probe of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    if (container[probe]) defaultProbe(container[probe] as Json);
  }
  for (const variable of (container.env ?? []) as Json[]) {
    const fieldRef = (variable.valueFrom as Json | undefined)?.fieldRef as Json | undefined;
    if (fieldRef) fieldRef.apiVersion ??= 'v1';
  }
}

function pullPolicy(image: unknown): string {
  const name = String(image ?? '');
  const tag = /[:@]([^/:]+)$/.exec(name)?.[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function defaultProbe(probe: Json): void {
  probe.timeoutSeconds ??= 1;
  probe.periodSeconds ??= 10;
  probe.successThreshold ??= 1;
  probe.failureThreshold ??= 3;
  const http = probe.httpGet as Json | undefined;
  if (http) {
    http.path ??= '/';
    http.scheme ??= 'HTTP';
  }
}

const FILE_VOLUMES = ['configMap', 'secret', 'downwardAPI', 'projected'];

function defaultVolume(volume: Json): void {
  if (Object.keys(volume).length === 1) volume.emptyDir = {};
  const hostPath = volume.hostPath as Json | undefined;
  if (hostPath) hostPath.type ??= '';
  for (const kind of FILE_VOLUMES) {
    const source = volume[kind] as Json | undefined;
    if (source) source.defaultMode ??= 0o644;
  }
}
