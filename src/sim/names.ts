import type { NodeRequest } from '../ipam/index.ts';
import { zoneLabels } from '../scenario/index.ts';

/** A node of the lab: n1, n2, ... */
export function nodeRequest(index: number, zones: number | undefined): NodeRequest {
  return hollowRequest(`n${index + 1}`, index, zones);
}

/** A node spread over zones as in a lab; `index` counts from 0. */
export function hollowRequest(name: string, index: number, zones: number | undefined): NodeRequest {
  return { name, labels: zoneLabels(index + 1, zones) };
}
