import path from 'node:path';
import { type Container, JOBS, type Resource, TEST_RUNS } from '../../../kube/index.ts';
import { K6_ENVIRONMENT, type ScriptStart } from '../../../traffic/index.ts';
import { type Dialling, dialerContainer, dialerMounts, dialerVolumes } from '../dialling.ts';

/** The container with k6, as k6-operator has it, too. */
export const K6 = 'k6';
/** Files of a script's ConfigMap. */
export const ARCHIVE = 'script.tar';
export const CONFIG = 'podnet.json';

const SCRIPT_FOLDER = '/script';
/** For what k6 has left to be fetched; within what a pod is given to end (terminationGracePeriodSeconds, 30 s). */
const LINGER_SECONDS = 20;

/** What makes Kubernetes run k6 in a pod with a dialer. */
export interface ScriptObject {
  readonly resource: Resource;
  readonly spec: object;
  /** The Job that the pod is one of. */
  readonly job: string;
}

/** What a script's pod is made of. */
export interface ScriptParts {
  readonly script: ScriptStart;
  readonly dialling: Dialling;
  /** With podnet-dialer. */
  readonly dialerImage: string;
  /** Of the dialer. */
  readonly socket: string;
}

/** A Job of one pod. */
export function jobOf(parts: ScriptParts): ScriptObject {
  const { name, image, beside, args } = parts.script;
  const { dialer, environment, volumes, volumeMounts, securityContext } = piecesOf(parts);
  const k6 = {
    name: K6,
    image,
    imagePullPolicy: 'IfNotPresent',
    // k6 opens no port.
    args: ['run', '--quiet', '--address', '', ...args, path.posix.join(SCRIPT_FOLDER, ARCHIVE)],
    env: environment,
    securityContext,
    volumeMounts,
  };
  const spec = {
    nodeName: beside.node,
    restartPolicy: 'Never',
    terminationGracePeriodSeconds: 1,
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    volumes,
    containers: [dialer, k6],
  };
  return { resource: JOBS, job: name, spec: { backoffLimit: 0, template: { spec } } };
}

/**
 * A TestRun with one runner (https://github.com/grafana/k6-operator, api/v1alpha1/testrun_types.go). It begins by
 * itself: there are no others to begin with, so that nothing depends on the pod that would start them all.
 */
export function testRunOf(parts: ScriptParts): ScriptObject {
  const { name, image, beside, args } = parts.script;
  const { dialer, environment, volumes, volumeMounts, securityContext } = piecesOf(parts);
  // Their type knows no pull policy.
  const { imagePullPolicy: _, ...sidecar } = dialer;
  const command = [...dialer.command!, '--linger', `${LINGER_SECONDS}s`];
  const here = { key: 'metadata.name', operator: 'In', values: [beside.node] };
  const spec = {
    parallelism: 1,
    script: { configMap: { name, file: ARCHIVE } },
    arguments: args.join(' '),
    quiet: 'true',
    paused: 'false',
    // What it would find out, `k6 archive` has.
    initializer: { disabled: true },
    runner: {
      image,
      imagePullPolicy: 'IfNotPresent',
      automountServiceAccountToken: 'false',
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: { nodeSelectorTerms: [{ matchFields: [here] }] },
        },
      },
      tolerations: [{ operator: 'Exists' }],
      env: environment,
      containerSecurityContext: securityContext,
      volumes,
      volumeMounts,
      // A runner has no other container beside k6. This one is told to end once k6 has (KEP-753).
      initContainers: [{ ...sidecar, command, restartPolicy: 'Always' }],
    },
  };
  return { resource: TEST_RUNS, job: `${name}-1`, spec };
}

function piecesOf({ script: { name }, dialling, dialerImage, socket }: ScriptParts) {
  const script = { name: 'script', mountPath: SCRIPT_FOLDER, readOnly: true };
  const environment = { ...K6_ENVIRONMENT, PODNET_CONFIG: path.posix.join(SCRIPT_FOLDER, CONFIG) };
  const dialer: Container = {
    name: 'dialer',
    image: dialerImage,
    imagePullPolicy: 'IfNotPresent',
    ...dialerContainer(dialling, socket),
  };
  return {
    dialer,
    environment: Object.entries(environment).map(([variable, value]) => ({ name: variable, value })),
    volumes: [...dialerVolumes(dialling).volumes, { name: script.name, configMap: { name } }],
    volumeMounts: [...dialerMounts(dialling).volumeMounts, script],
    // The dialer's socket and folder are root's.
    securityContext: { runAsUser: 0, capabilities: { drop: ['ALL'] }, allowPrivilegeEscalation: false },
  };
}
