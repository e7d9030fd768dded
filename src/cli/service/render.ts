import type { BackendView, FrontendView, ServiceView } from '../../datapath/services/index.ts';
import type { NodeServiceView } from '../../substrate/index.ts';
import { columns } from '../columns.ts';

const HEAD = ['ID', 'Frontend', 'Type', 'Backend'];

/** Text for people: a row per frontend, and one more per further backend; a heading per node when there are several. */
export function renderServices(nodes: readonly NodeServiceView[]): string {
  return nodes
    .map(({ node, services }) => {
      const table = columns(HEAD, services.flatMap(rows));
      return nodes.length > 1 ? `${node}\n${table}\n` : `${table}\n`;
    })
    .join('\n');
}

function rows(service: ServiceView): string[][] {
  const [first = 'none', ...others] = service.backends.map(backendText);
  return service.frontends.flatMap((frontend) => [
    [String(service.id), frontendText(frontend, service), frontend.kind, first],
    ...others.map((text) => ['', '', '', text]),
  ]);
}

function frontendText({ address, port }: FrontendView, { protocol, family }: ServiceView): string {
  const any = family === 'ipv4' ? '0.0.0.0' : '::';
  return `${socketText(address ?? any, port)}/${protocol}`;
}

const backendText = ({ id, address, port, states }: BackendView): string =>
  `${id} => ${socketText(address, port)}${states.length > 0 ? ` (${states.join(', ')})` : ''}`;

const socketText = (address: string, port: number): string =>
  address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
