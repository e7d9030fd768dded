import { stringify } from 'yaml';
import { CHURNLAB_CRDS } from '../kube/server/crd/index.ts';

/** The CRDs of the Helm chart, which are those of the embedded API. */
export const CHART_CRDS = CHURNLAB_CRDS.map((crd) => ({
  file: `charts/churnlab/crds/${crd.spec.names.plural}.yaml`,
  text: (): string =>
    `# Written by \`npm run generate\` from src/kube/server/crd.\n${stringify(crd, { lineWidth: 0 })}`,
}));
