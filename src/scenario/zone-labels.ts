/** Labels by which the `index`-th node of a lab, counted from 1, lies in its zone: none when the lab has no zones. */
export function zoneLabels(index: number, zones: number | undefined): Readonly<Record<string, string>> {
  return zones === undefined ? {} : { 'topology.kubernetes.io/zone': `z${1 + ((index - 1) % zones)}` };
}
