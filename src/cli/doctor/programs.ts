/** Programs that are not the lab's own. */
import { accessSync, constants, existsSync, readFileSync } from 'node:fs';
import { canRaiseLimits } from '../../../lab/docker/index.ts';
import {
  findPackageManager,
  findProgram,
  installLine,
  missingPackages,
  type Substrate,
} from '../../../lab/setup/index.ts';
import { isAtLeast, newestGo } from '../../../lab/tools/index.ts';
import { type Capability, type Finding, no, unknown, yes } from './capability.ts';
import { runProgram } from './run-program.ts';

async function probeClang(): Promise<Finding> {
  const clang = findProgram('clang');
  if (!clang) return no('no program clang');
  const { ok, output } = await runProgram(clang, '--print-targets');
  if (!ok) return unknown(output.split('\n')[0] ?? '');
  return /^\s*bpf\s/m.test(output) ? yes(`${clang}, with the bpf target`) : no(`${clang} has no bpf target`);
}

async function probeGo(): Promise<Finding> {
  const go = findProgram('go', `${process.env.PATH}:/usr/local/go/bin`);
  if (!go) return no('no program go');
  const { output } = await runProgram(go, 'version');
  const version = /go(\d+\.\S*)/.exec(output)?.[1];
  if (!version) return unknown(output.split('\n')[0] ?? '');
  return isAtLeast(version, newestGo()) ? yes(`${version}, ${go}`) : no(`${version} is too old for some`);
}

async function probeDocker(): Promise<Finding> {
  const docker = findProgram('docker');
  if (!docker) return no('no client to ask with');
  const { ok, output } = await runProgram(docker, 'info', '--format', '{{.ServerVersion}}');
  return ok && /^\d/.test(output) ? yes(`server ${output}`) : no(output.split('\n').at(-1) ?? '');
}

/** /dev/kvm is there on machines whose processor offers nothing to it, so the processor is asked too. */
function probeKvm(): Finding {
  if (!existsSync('/dev/kvm')) return no('no /dev/kvm');
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return no('/dev/kvm may not be opened (group kvm)');
  }
  if (process.arch !== 'x64') return unknown('/dev/kvm opens, no guest was tried');
  const flags = /^flags\s*:(.*)$/m.exec(readFileSync('/proc/cpuinfo', 'utf8'))?.[1]?.split(' ') ?? [];
  const extension = flags.find((flag) => flag === 'vmx' || flag === 'svm');
  return extension
    ? yes(`/dev/kvm, ${extension}`)
    : unknown('/dev/kvm opens, but the processor shows neither vmx nor svm');
}

function probeOneOf(...names: readonly string[]): Finding {
  const found = names.map((name) => findProgram(name)).find((file) => file !== undefined);
  return found ? yes(found) : no(`no program ${names.join(', ')}`);
}

function probeSystemPackages(substrate: Substrate): Finding {
  const missing = missingPackages(substrate);
  if (missing.length === 0) return yes('all there');
  return no(`as root: ${installLine(missing, findPackageManager())}`);
}

export const PROGRAMS: readonly Capability[] = [
  {
    name: 'system packages',
    purpose: 'what the netns lab is compiled and looked at with',
    get: 'npm run setup installs them where there is apt',
    required: true,
    probe: () => probeSystemPackages('netns'),
  },
  {
    name: 'clang',
    purpose: 'compiles the CNI plugin and the BPF programs, once',
    get: 'package clang',
    required: true,
    probe: probeClang,
  },
  {
    name: 'system packages for kind',
    purpose: '--substrate kind',
    get: 'npm run lab:images installs them where there is apt',
    probe: () => probeSystemPackages('kind'),
  },
  {
    name: 'docker client',
    purpose: '--substrate kind, --in-container',
    get: 'https://docs.docker.com/engine/install/; for --substrate kind it is downloaded where there is apt',
    probe: () => probeOneOf('docker'),
  },
  {
    name: 'docker daemon',
    purpose: '--substrate kind, --in-container',
    get: 'start dockerd, or set DOCKER_HOST; your user in group docker. For --substrate kind root needs none: a private one is started',
    probe: probeDocker,
  },
  {
    name: 'privileged containers',
    purpose: "kind's published node images; without it they are built here, and runc has a front",
    get: 'root with CAP_SYS_RESOURCE: a machine of your own, or a container with --privileged',
    probe: () =>
      canRaiseLimits() ? yes('CAP_SYS_RESOURCE is there') : no('CAP_SYS_RESOURCE is not in the bounding set'),
  },
  {
    name: 'kvm',
    purpose: '--substrate vm at full speed',
    get: 'a machine with hardware virtualisation (nested, in a VM), and /dev/kvm',
    probe: probeKvm,
  },
  {
    name: 'Go',
    purpose:
      'builds the reference CNI plugins, kube-proxy, flannel, k6, a real API server, kind, Helm and node images',
    get: `https://go.dev/doc/install, ${newestGo()} or later`,
    probe: probeGo,
  },
  {
    name: 'k6',
    purpose: 'request load on Services; built by the lab where it is absent and Go is there',
    get: 'https://grafana.com/docs/k6/latest/set-up/install-k6/, or Go',
    probe: () => probeOneOf('k6'),
  },
  {
    name: 'chromium',
    purpose: 'tests of the HTML report',
    get: 'package chromium',
    probe: () => probeOneOf('chromium', 'chromium-browser', 'google-chrome', 'chrome'),
  },
  {
    name: 'kubectl',
    purpose: 'looking into a lab with the tool you know',
    get: 'https://kubernetes.io/docs/tasks/tools/',
    probe: () => probeOneOf('kubectl'),
  },
];
