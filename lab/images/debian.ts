/** Root file systems of Debian packages, made by mmdebstrap from where this machine's apt takes its own. */
import { readFileSync } from 'node:fs';
import { $ } from 'zx';
import { findProgram, type Report } from '../setup/index.ts';
import { ensureLayer, type Layer } from './archive/layer.ts';
import { layerKey } from './archive/layer-key.ts';
import { ImageError } from './image-error.ts';

export interface DebianRoot {
  readonly name: string;
  /**
   * `minbase` is a system with a package manager and a shell; `extract` unpacks these packages and what they depend
   * on, and runs nothing of them.
   */
  readonly variant: 'minbase' | 'extract';
  readonly packages: readonly string[];
  /** Path patterns of what is left out. */
  readonly exclude: readonly string[];
  /** Shell commands at the end; `$1` is the root. */
  readonly customize?: readonly string[];
  /** How long it takes, said before it begins. */
  readonly forecast: string;
}

/** Of every Debian root: nobody reads these in a container. */
export const UNREAD = ['/usr/share/doc/*', '/usr/share/man/*', '/usr/share/locale/*', '/usr/share/info/*'];

/** What is taken where the machine is no Debian; mmdebstrap knows where from. */
const DEFAULT_SUITE = 'trixie';

/** The layer, from the cache or made. @throws ImageError base-failed */
export async function debianLayer(root: DebianRoot, report: Report): Promise<Layer> {
  const suite = debianSuite(readFileSync('/etc/os-release', 'utf8'));
  const { forecast, ...recipe } = root;
  return await ensureLayer(layerKey(root.name, [suite ?? DEFAULT_SUITE, recipe]), async (file) => {
    report(`making ${root.name} of Debian packages (${forecast}, once)`);
    if (!findProgram('mmdebstrap')) {
      const message = `make ${root.name}: mmdebstrap is not here (npm run lab:images installs it where there is apt)`;
      throw new ImageError('base-failed', message);
    }
    const sources = suite === undefined ? [] : await aptSources();
    const words = [
      `--variant=${root.variant}`,
      `--include=${root.packages.join(',')}`,
      ...root.exclude.map((pattern) => `--dpkgopt=path-exclude=${pattern}`),
      ...(root.customize ?? []).map((command) => `--customize-hook=${command}`),
      '--skip=output/mknod',
      '--format=tar',
    ];
    const target = [suite ?? DEFAULT_SUITE, file, ...sources];
    const result = await $({ quiet: true, nothrow: true })`mmdebstrap ${words} ${target}`;
    if (result.exitCode !== 0) {
      const reason = result.stderr.split('\n').find((line) => line.startsWith('E:')) ?? 'mmdebstrap failed';
      throw new ImageError('base-failed', `make ${root.name}: ${reason}`, result.stderr);
    }
  });
}

/** The suite of this machine; undefined where it is no Debian. */
export function debianSuite(osRelease: string): string | undefined {
  const field = (name: string) => new RegExp(`^${name}="?([^"\\n]*)"?$`, 'm').exec(osRelease)?.[1];
  return field('ID') === 'debian' ? field('VERSION_CODENAME') : undefined;
}

/** One-line entries of the Debian repositories that apt knows here. */
async function aptSources(): Promise<string[]> {
  const ask = async () => {
    const format = '$(ORIGIN)\t$(REPO_URI)\t$(CODENAME)\t$(COMPONENT)';
    const { stdout } = await $({
      quiet: true,
    })`apt-get indextargets --format ${format} ${'Created-By: Packages'}`;
    return parseTargets(stdout);
  };
  const known = await ask();
  if (known.length > 0) return known;
  await $({ quiet: true })`apt-get update`;
  return await ask();
}

/** `Debian<TAB>uri<TAB>suite<TAB>component` as entries; other origins are of no use for a root. */
export function parseTargets(output: string): string[] {
  return output
    .split('\n')
    .map((line) => line.split('\t'))
    .filter(([origin]) => origin === 'Debian')
    .map(([, uri, suite, component]) => `deb ${uri} ${suite} ${component}`);
}
