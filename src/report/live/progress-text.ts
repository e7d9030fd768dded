import type { IpamSample, Progress, RunEvent } from '../../measure/index.ts';
import { format, formatCount } from '../../stats/index.ts';
import { fullestPool } from './live-state.ts';

/** What a reader waits for, first. */
export const SHOWN = ['pod.sandbox', 'ipam.node_cidr', 'service.allocated', 'cni.add'] as const;

/** Pools from this share of the addresses in nodes' CIDRs on are told of. */
export const NEARLY_FULL = 0.8;

/** Latencies so far, one text per metric that has samples: `pod.sandbox p50 4.10 ms p99 9.30 ms`. */
export function latencyTexts({ quantiles }: Progress): string[] {
  return SHOWN.flatMap((name) => {
    const found = quantiles[name];
    return found ? [`${name} p50 ${format(found.p50, 'ns')} p99 ${format(found.p99, 'ns')}`] : [];
  });
}

/** `500 agent-down, 129 timeout`; empty without failures. */
export function failureClasses({ failed }: Progress): string {
  const classes = Object.entries(failed).filter(([, count]) => count > 0);
  return classes.map(([name, count]) => `${formatCount(count)} ${name}`).join(', ');
}

/** `failed: 500 agent-down, 129 timeout`, or `0 failed`. */
export function failureText(progress: Progress): string {
  const classes = failureClasses(progress);
  return classes === '' ? '0 failed' : `failed: ${classes}`;
}

export function loadText({ started, planned, alive, ratePerSecond, late, dropped }: Progress): string {
  const lost = dropped > 0 ? ` · ${formatCount(dropped)} dropped` : '';
  return `${formatCount(started)}/${formatCount(planned)} started · ${format(ratePerSecond, '1/s')} · ${formatCount(alive)} alive · ${formatCount(late)} late${lost}`;
}

/** `7.60 s left`; empty when nobody knows. */
export function leftText({ remainingNs }: Progress): string {
  return remainingNs > 0 ? `${format(remainingNs, 'ns')} left` : '';
}

/** `small 97 % full` and `2 nodes and 14 pods wait`: the fullest pool, and who waits; none while there is plenty. */
export function poolTexts(view: IpamSample | undefined): string[] {
  const fullest = fullestPool(view);
  const nearly = fullest && fullest.fill >= NEARLY_FULL;
  const texts = [nearly ? `${fullest.pool} ${Math.floor(fullest.fill * 100)} % full` : '', waitingText(view)];
  return texts.filter((text) => text !== '');
}

/** `2 nodes and 14 pods wait`; empty when nobody does. */
export function waitingText(view: IpamSample | undefined): string {
  const { waitingNodes = 0, waitingPods = 0 } = view ?? {};
  const waiting = [counted(waitingNodes, 'node'), counted(waitingPods, 'pod')].filter((text) => text !== '');
  if (waiting.length === 0) return '';
  return `${waiting.join(' and ')} wait${waitingNodes + waitingPods === 1 ? 's' : ''}`;
}

function counted(count: number, word: string): string {
  return count === 0 ? '' : `${formatCount(count)} ${word}${count === 1 ? '' : 's'}`;
}

/** Things that are said once and stay on the screen; undefined for the rest. */
export function lastingText(event: RunEvent, startNs: number): string | undefined {
  const time = format(Math.max(0, event.at - startNs), 'ns');
  switch (event.kind) {
    case 'run.started':
      return `${event.scenario}: ${formatCount(event.planned)} planned`;
    case 'phase.started':
      return `${time}  phase ${event.phase}`;
    case 'fault':
      return `${time}  fault: ${event.text}${event.node === undefined ? '' : ` on ${event.node}`}`;
    case 'change':
      return `${time}  change: ${event.text}`;
    case 'release':
      return `${time}  release: ${counted(event.count, event.subject)}`;
    case 'warning':
      return `${time}  warning: ${event.text}`;
    default:
      return undefined;
  }
}
