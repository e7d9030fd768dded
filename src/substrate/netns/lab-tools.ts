import type { LabSpec } from '../../scenario/index.ts';
import { kubeProxyMode } from './kube-proxy/index.ts';

/** Programs of Kubernetes that a lab may run; built from their Go modules. */
export type LabTool = 'kube-proxy' | 'kube-controller-manager';

/** Which of them this lab runs. */
export function toolsOf(spec: LabSpec): LabTool[] {
  return [
    ...(kubeProxyMode(spec.services) ? (['kube-proxy'] as const) : []),
    ...(spec.ipam.mode === 'kcm' ? (['kube-controller-manager'] as const) : []),
  ];
}
