import { type NetworkProgram, networkOf } from '../../networks/index.ts';
import type { LabSpec } from '../../scenario/index.ts';
import { kubeProxyMode } from './kube-proxy/index.ts';

/** Programs that are not ours and that a lab may run; built from their Go modules. */
export type LabTool = 'kube-proxy' | 'kube-proxy-userspace' | 'kube-controller-manager' | NetworkProgram;

/** Which of them this lab runs. */
export function toolsOf(spec: LabSpec): LabTool[] {
  const mode = kubeProxyMode(spec.services);
  return [
    ...(mode ? [mode.program] : []),
    ...(spec.ipam.mode === 'kcm' ? (['kube-controller-manager'] as const) : []),
    ...(networkOf(spec).netns?.programs ?? []),
  ];
}
