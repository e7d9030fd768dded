import type { LabSpec } from '../../scenario/index.ts';

/** Where a network comes from that is installed into a cluster as its makers say. */
export type NetworkSource =
  | {
      readonly kind: 'chart';
      /** A folder or an archive; or what Helm finds by itself (`REPOSITORY/CHART`, `oci://...`). */
      readonly chart: string;
      readonly version?: string;
      /** Files with values, a later one before those in front of it. */
      readonly values: readonly string[];
      /** Single values, as `helm --set` takes them. */
      readonly set: readonly string[];
    }
  /** A file of objects, or a folder of such files. */
  | { readonly kind: 'manifest'; readonly path: string };

/** The fields of a lab that say what is installed. */
export type InstalledFields = Pick<LabSpec, 'network' | 'networkValues' | 'networkSet'>;

/** What `helm:CHART[@VERSION]` and `manifest:PATH` mean; undefined for other networks. */
export function sourceOf({ network, networkValues, networkSet }: InstalledFields): NetworkSource | undefined {
  const [, scheme, rest] = /^(helm|manifest):(.+)$/.exec(network) ?? [];
  if (scheme === 'manifest') return { kind: 'manifest', path: rest! };
  if (scheme !== 'helm') return undefined;
  const [, chart, version] = /^(.+?)(?:@(v?\d[\w.+-]*))?$/.exec(rest!)!;
  return {
    kind: 'chart',
    chart: chart!,
    ...(version !== undefined && { version }),
    values: networkValues ?? [],
    set: networkSet ?? [],
  };
}

/** Whether a chart is a folder or a file, and not what Helm has to look for. */
export function isLocalChart(chart: string): boolean {
  return /^[./]|\.tgz$/.test(chart);
}
