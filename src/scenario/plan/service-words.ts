import { formatCount, formatDuration, formatRate } from '../schema/quantities.ts';
import type { ServicePhase, TrafficPhase, TrafficSpec } from '../spec.ts';
import { listInWords } from './words.ts';

/** What Services ask for, and what is done with them while the phase lasts. */
export function* servicesInWords(phase: ServicePhase): Generator<string> {
  const { endpoints, protocol, backends, probes, traffic } = phase;
  const ports = phase.type === 'NodePort' ? ' and a port on every node' : '';
  const behind =
    endpoints === 0
      ? 'no backends'
      : `${counted(endpoints, 'backend')} out of ${counted(backends.pods, 'pod')} that ${backends.pods === 1 ? 'answers' : 'answer'}`;
  const sticky = phase.affinity === undefined ? '' : ' A client keeps its backend.';
  yield `Each asks for an address${ports}, and has one port (${protocol}) and ${behind}.${sticky}`;
  if (probes !== undefined) {
    const from = probes.nodes === 'all' ? 'every node' : listInWords(probes.nodes);
    yield `${formatCount(Math.min(probes.services, phase.count))} of them are dialled from ${from} every ${formatDuration(probes.every)} until they answer.`;
  }
  if (phase.endpointChanges !== undefined) yield changesInWords(phase.endpointChanges);
  if (traffic !== undefined) yield `Meanwhile: ${requestsInWords(traffic)}.`;
}

/** What is dialled in a phase of its own. */
export function trafficInWords({ traffic, endpointChanges, deadline }: TrafficPhase): string {
  const length =
    traffic.for === undefined
      ? `${formatCount(traffic.count ?? 0)} requests`
      : `for ${formatDuration(traffic.for)}`;
  const pace =
    traffic.rate === undefined
      ? 'each request follows the one before'
      : `${formatRate(traffic.rate)} begin on schedule (open loop)`;
  const script = traffic.script === undefined ? '' : ` It is the k6 script ${traffic.script} that dials.`;
  return [
    `Nothing arrives. ${capital(requestsInWords(traffic))}, ${length}; ${pace}.${script}`,
    ...(endpointChanges === undefined ? [] : [changesInWords(endpointChanges)]),
    `What is not answered within ${formatDuration(deadline)} has failed.`,
  ].join(' ');
}

const REQUEST = {
  crr: 'connect, request, close, over and over',
  rr: 'requests on an open connection',
  stream: 'a stream of bytes',
  udp: 'datagrams and their answers',
  http: 'HTTP requests',
  first: 'one connection each, the first ever,',
} as const;
const FROM = { pod: 'a pod on n1', node: 'node n1', outside: 'a host outside the cluster' } as const;

function requestsInWords({ kind, via, to: where, from, services, connections }: TrafficSpec): string {
  const side = connections === 1 ? '' : `, ${formatCount(connections)} side by side`;
  const to = {
    service: `to ${counted(services, 'Service')}`,
    direct: `to the backends of ${counted(services, 'Service')}, without the Service`,
    nodeport: `to node ports of ${counted(services, 'Service')}`,
    pod: `to a pod on ${where === 'same-node' ? 'the same' : 'another'} node`,
  }[via];
  return `${REQUEST[kind]} from ${FROM[from]} ${to}${side}`;
}

function changesInWords(rate: number): string {
  return `Endpoints are replaced, ${formatRate(rate)}: a Service by chance loses a backend and gets another in one write.`;
}

function counted(count: number, noun: string): string {
  return `${formatCount(count)} ${noun}${count === 1 ? '' : 's'}`;
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
