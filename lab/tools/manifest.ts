/**
 * The programs that are built from Go modules: what, which version, how. A recipe's text decides the name of its
 * folder in the cache, so that a change here is a new build and never a mix of two.
 */
export interface GoModule {
  /** The folder's name in the cache. */
  readonly name: string;
  readonly module: string;
  readonly version: string;
  /** The go directive of the module: the oldest Go that builds it. */
  readonly go: string;
  /** Program name -> package. In our own source `.` is its top folder, `./sub` one below. */
  readonly programs: Readonly<Record<string, string>>;
  /**
   * Folder of this repository whose Go files are built against `module`, for programs of our own that need a
   * library; without it the programs are those of `module` itself. The files need no go.mod: their module is called
   * `churnlab.dev/tools/<name>`. Where they have one, it and its go.sum are used as they are.
   */
  readonly source?: string;
  /** What our own source imports beside `module`, in these versions; what that depends on itself needs no word. */
  readonly requires?: Readonly<Record<string, string>>;
  /** Values linked in with -X. */
  readonly variables?: Readonly<Record<string, string>>;
  /** Modules that the main module replaces by folders of its own repository, and the version they go by outside. */
  readonly staging?: { readonly modules: readonly string[]; readonly version: string };
  /** Dependencies taken in another version than the module asks for. */
  readonly replace?: Readonly<Record<string, string>>;
  /** Build constraints that hold. */
  readonly tags?: readonly string[];
  /** True when a part of it is written in C; then a C compiler is needed, too. */
  readonly cgo?: boolean;
  /** Minutes of the first build on two cores, said before it begins. */
  readonly minutes: number;
}

const KUBERNETES = '1.34.4';
const KUBERNETES_USERSPACE = '1.25.16';
const ETCD = '3.6.5';
const FLANNEL = '0.28.4';
const HELM = '4.3.1';
/** As in the node images of this kind. */
const CONTAINERD = '2.3.4';
const COREDNS = '1.14.3';
const CNI_PLUGINS = '1.9.1';
/** The last with the plugin that goes with flanneld; flannel's own repository of it is not on every module mirror. */
const FLANNEL_PLUGIN = '0.9.1';
const CNI = '1.3.0';
const ACTIONLINT = '1.7.12';
/** As in xk6/go.mod. */
const K6 = '1.8.1';
const K6_OPERATOR = '1.5.0';
const SYS = '0.46.0';

const PLUGINS = 'github.com/containernetworking/plugins';

const KUBERNETES_STAGING = {
  version: KUBERNETES.replace(/^1/, '0'),
  modules: [
    ...['api', 'apiextensions-apiserver', 'apimachinery', 'apiserver', 'cli-runtime', 'client-go'],
    ...['cloud-provider', 'cluster-bootstrap', 'code-generator', 'component-base', 'component-helpers'],
    ...['controller-manager', 'cri-api', 'cri-client', 'csi-translation-lib', 'dynamic-resource-allocation'],
    ...['endpointslice', 'externaljwt', 'kms', 'kube-aggregator', 'kube-controller-manager', 'kube-proxy'],
    ...['kube-scheduler', 'kubectl', 'kubelet', 'metrics', 'mount-utils', 'pod-security-admission'],
    ...['sample-apiserver', 'sample-cli-plugin', 'sample-controller'],
  ].map((name) => `k8s.io/${name}`),
};

export const GO_MODULES: readonly GoModule[] = [
  {
    name: 'cni-plugins',
    module: PLUGINS,
    version: CNI_PLUGINS,
    go: '1.24.2',
    programs: {
      bridge: `${PLUGINS}/plugins/main/bridge`,
      ptp: `${PLUGINS}/plugins/main/ptp`,
      'host-local': `${PLUGINS}/plugins/ipam/host-local`,
      portmap: `${PLUGINS}/plugins/meta/portmap`,
      loopback: `${PLUGINS}/plugins/main/loopback`,
      macvlan: `${PLUGINS}/plugins/main/macvlan`,
      bandwidth: `${PLUGINS}/plugins/meta/bandwidth`,
      tuning: `${PLUGINS}/plugins/meta/tuning`,
      firewall: `${PLUGINS}/plugins/meta/firewall`,
    },
    variables: { [`${PLUGINS}/pkg/utils/buildversion.BuildVersion`]: `v${CNI_PLUGINS}` },
    minutes: 0.5,
  },
  {
    // Reads what `compare --format benchstat` writes.
    name: 'perf',
    module: 'golang.org/x/perf',
    version: '0.0.0-20260908200009-22c9c6c9d4da',
    go: '1.26.0',
    programs: { benchstat: 'golang.org/x/perf/cmd/benchstat' },
    minutes: 0.2,
  },
  {
    // The reference runtime's command line: tests hold ours against it.
    name: 'cnitool',
    module: 'github.com/containernetworking/cni',
    version: CNI,
    go: '1.21',
    programs: { cnitool: 'github.com/containernetworking/cni/cnitool' },
    minutes: 0.2,
  },
  {
    // Reads .github/workflows: a test asks it.
    name: 'actionlint',
    module: 'github.com/rhysd/actionlint',
    version: ACTIONLINT,
    go: '1.25.0',
    programs: { actionlint: 'github.com/rhysd/actionlint/cmd/actionlint' },
    minutes: 0.5,
  },
  {
    name: 'kubernetes',
    module: 'k8s.io/kubernetes',
    version: KUBERNETES,
    go: '1.24.0',
    programs: {
      'kube-apiserver': 'k8s.io/kubernetes/cmd/kube-apiserver',
      'kube-controller-manager': 'k8s.io/kubernetes/cmd/kube-controller-manager',
      'kube-proxy': 'k8s.io/kubernetes/cmd/kube-proxy',
      'kube-scheduler': 'k8s.io/kubernetes/cmd/kube-scheduler',
      kubeadm: 'k8s.io/kubernetes/cmd/kubeadm',
      kubectl: 'k8s.io/kubernetes/cmd/kubectl',
      kubelet: 'k8s.io/kubernetes/cmd/kubelet',
    },
    variables: {
      ...kubernetesVersion('k8s.io/component-base/version'),
      ...kubernetesVersion('k8s.io/client-go/pkg/version'),
    },
    staging: KUBERNETES_STAGING,
    minutes: 4,
  },
  {
    // Kubernetes' own answers, for tests that hold ours against them.
    name: 'cidrset-oracle',
    source: 'test/oracle/cidrset',
    module: 'k8s.io/kubernetes',
    version: KUBERNETES,
    go: '1.24.0',
    programs: { 'cidrset-oracle': '.' },
    staging: KUBERNETES_STAGING,
    minutes: 1,
  },
  {
    // The last Kubernetes but one with ClusterCIDR objects.
    name: 'multicidr-oracle',
    source: 'test/oracle/multicidr',
    module: 'k8s.io/kubernetes',
    version: '1.27.16',
    go: '1.20',
    programs: { 'multicidr-oracle': '.' },
    tags: ['providerless'],
    staging: {
      version: '0.27.16',
      modules: [
        ...['api', 'apiextensions-apiserver', 'apimachinery', 'apiserver', 'cli-runtime', 'client-go'],
        ...['cluster-bootstrap', 'code-generator', 'component-base', 'component-helpers', 'cri-api'],
        ...['csi-translation-lib', 'dynamic-resource-allocation', 'kms', 'kube-aggregator'],
        ...['kube-controller-manager', 'kube-proxy', 'kube-scheduler', 'kubectl', 'kubelet'],
        ...['legacy-cloud-providers', 'metrics', 'mount-utils', 'pod-security-admission'],
        ...['sample-apiserver', 'sample-cli-plugin', 'sample-controller'],
      ].map((name) => `k8s.io/${name}`),
    },
    // Not on every module mirror in the version of the others; nothing of them is used.
    replace: { 'k8s.io/cloud-provider': '0.27.12', 'k8s.io/controller-manager': '0.27.11' },
    minutes: 2,
  },
  {
    name: 'etcd',
    module: 'go.etcd.io/etcd/server/v3',
    version: ETCD,
    go: '1.24',
    programs: { etcd: 'go.etcd.io/etcd/server/v3' },
    minutes: 1,
  },
  {
    name: 'kind',
    module: 'sigs.k8s.io/kind',
    version: '0.33.0',
    go: '1.17',
    programs: { kind: 'sigs.k8s.io/kind' },
    minutes: 0.5,
  },
  {
    name: 'helm',
    module: 'helm.sh/helm/v4',
    version: HELM,
    go: '1.26.0',
    programs: { helm: 'helm.sh/helm/v4/cmd/helm' },
    variables: { 'helm.sh/helm/v4/internal/version.version': `v${HELM}` },
    minutes: 3,
  },
  {
    name: 'containerd',
    module: 'github.com/containerd/containerd/v2',
    version: CONTAINERD,
    go: '1.26.3',
    programs: {
      containerd: 'github.com/containerd/containerd/v2/cmd/containerd',
      'containerd-shim-runc-v2': 'github.com/containerd/containerd/v2/cmd/containerd-shim-runc-v2',
      ctr: 'github.com/containerd/containerd/v2/cmd/ctr',
    },
    // Snapshotters that need libraries or kernel features which nodes in containers have not.
    tags: ['no_btrfs', 'no_devmapper', 'no_zfs'],
    variables: { 'github.com/containerd/containerd/v2/version.Version': `v${CONTAINERD}` },
    minutes: 1.5,
  },
  {
    name: 'coredns',
    module: 'github.com/coredns/coredns',
    version: COREDNS,
    go: '1.25.0',
    programs: { coredns: 'github.com/coredns/coredns' },
    minutes: 2,
  },
  {
    // What stands in front of runc where root lacks CAP_SYS_RESOURCE: the standard library is all it needs.
    name: 'runc-within-limits',
    source: 'lab/docker/runtime',
    module: 'churnlab.dev/runc-within-limits',
    version: '1',
    go: '1.24',
    programs: { 'runc-within-limits': '.' },
    minutes: 0.2,
  },
  {
    // A server of tests: nodes of a kind lab pull images through it.
    name: 'distribution',
    source: 'lab/tools/registry',
    module: 'github.com/distribution/distribution/v3',
    version: '3.1.2',
    go: '1.26.0',
    programs: { registry: '.' },
    minutes: 1,
  },
  {
    // A server of tests: it reads the metrics of agents.
    name: 'prometheus',
    module: 'github.com/prometheus/prometheus',
    version: '0.311.3',
    go: '1.25.0',
    programs: { prometheus: 'github.com/prometheus/prometheus/cmd/prometheus' },
    // It finds pods by their annotations; no cloud is asked for its machines.
    tags: ['remove_all_sd', 'enable_kubernetes_sd'],
    minutes: 4,
  },
  {
    // With our extension k6/x/podnet in it.
    name: 'k6',
    source: 'xk6',
    module: 'go.k6.io/k6',
    version: K6,
    go: '1.25.0',
    programs: { k6: './cmd/k6' },
    minutes: 3,
  },
  {
    // Of tests: on a cluster that has it, k6 is its to run.
    name: 'k6-operator',
    module: 'github.com/grafana/k6-operator',
    version: K6_OPERATOR,
    go: '1.25.0',
    programs: { 'k6-operator': 'github.com/grafana/k6-operator/cmd' },
    minutes: 2,
  },
  {
    // What dials from pods and what answers for them.
    name: 'podnet',
    source: 'xk6',
    module: 'golang.org/x/sys',
    version: SYS,
    go: '1.25.0',
    programs: { 'podnet-dialer': './cmd/podnet-dialer', 'podnet-responder': './cmd/podnet-responder' },
    minutes: 0.5,
  },
  {
    name: 'flannel',
    module: 'github.com/flannel-io/flannel',
    version: FLANNEL,
    go: '1.25.0',
    programs: { flanneld: 'github.com/flannel-io/flannel' },
    // Its udp backend.
    cgo: true,
    // Used by the backend for that cloud alone; 1.3.79, which flannel asks for, is not on every module mirror.
    replace: { 'github.com/tencentcloud/tencentcloud-sdk-go/tencentcloud/common': '1.3.78' },
    variables: { 'github.com/flannel-io/flannel/pkg/version.Version': `v${FLANNEL}` },
    minutes: 1,
  },
  {
    name: 'cni-plugin-flannel',
    module: PLUGINS,
    version: FLANNEL_PLUGIN,
    go: '1.17',
    programs: { flannel: `${PLUGINS}/plugins/meta/flannel` },
    variables: { [`${PLUGINS}/pkg/utils/buildversion.BuildVersion`]: `v${FLANNEL_PLUGIN}` },
    // What it asks for does not compile with a Go of today.
    replace: { 'golang.org/x/sys': SYS },
    minutes: 0.2,
  },
  {
    // The last whose kube-proxy carries connections itself (proxy mode userspace).
    name: 'kubernetes-userspace',
    source: 'lab/tools/kube-proxy-userspace',
    module: 'k8s.io/kubernetes',
    version: KUBERNETES_USERSPACE,
    go: '1.19',
    programs: { 'kube-proxy-userspace': '.' },
    staging: {
      version: KUBERNETES_USERSPACE.replace(/^1/, '0'),
      modules: [
        ...['api', 'apiextensions-apiserver', 'apimachinery', 'apiserver', 'cli-runtime', 'client-go'],
        ...['cloud-provider', 'cluster-bootstrap', 'code-generator', 'component-base', 'component-helpers'],
        ...['controller-manager', 'cri-api', 'csi-translation-lib', 'kube-aggregator'],
        ...['kube-controller-manager', 'kube-scheduler', 'kubectl', 'kubelet', 'legacy-cloud-providers'],
        ...['metrics', 'mount-utils', 'pod-security-admission', 'sample-apiserver', 'sample-cli-plugin'],
        'sample-controller',
      ].map((name) => `k8s.io/${name}`),
    },
    // Not on every module mirror in the version of the others.
    replace: { 'k8s.io/kube-proxy': '0.25.4' },
    variables: {
      ...kubernetesVersion('k8s.io/component-base/version', KUBERNETES_USERSPACE),
      ...kubernetesVersion('k8s.io/client-go/pkg/version', KUBERNETES_USERSPACE),
    },
    minutes: 1,
  },
];

/** The oldest Go that builds all of them. */
export function newestGo(): string {
  const collator = new Intl.Collator('en', { numeric: true });
  return GO_MODULES.map(({ go }) => go)
    .toSorted(collator.compare)
    .at(-1)!;
}

/** Without these kubectl and others take the program for one of version 0. */
function kubernetesVersion(variablesOf: string, version = KUBERNETES): Record<string, string> {
  return {
    [`${variablesOf}.gitVersion`]: `v${version}`,
    [`${variablesOf}.gitMajor`]: '1',
    [`${variablesOf}.gitMinor`]: version.split('.')[1] ?? '',
    [`${variablesOf}.gitTreeState`]: 'clean',
    [`${variablesOf}.buildDate`]: '1970-01-01T00:00:00Z',
  };
}
