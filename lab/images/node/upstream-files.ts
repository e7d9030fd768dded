/** The files of kind's base image, out of kind's own module, with the changes that a machine like this one needs. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { TarEntry } from '../archive/tar.ts';
import { ImageError } from '../image-error.ts';

/** Folders of kind's `images/base/files` -> mode of what lies in them; as its Dockerfile copies them. */
const FOLDERS: Readonly<Record<string, number>> = {
  'usr/local/bin': 0o755,
  'kind/bin': 0o755,
  kind: 0o644,
  etc: 0o644,
  'etc/containerd': 0o644,
  'etc/default': 0o644,
  'etc/sysctl.d': 0o644,
  'etc/systemd/system': 0o644,
  'etc/systemd/system/kubelet.service.d': 0o644,
};

export interface Changes {
  /** The image of sandboxes, as it is in the node's store. */
  readonly pause: string;
  /** The program in front of runc; undefined where root may raise limits. */
  readonly runtime: string | undefined;
}

/** @param source folder of kind's module */
export function upstreamFiles(source: string, changes: Changes): TarEntry[] {
  const base = path.join(source, 'images/base/files');
  return Object.entries(FOLDERS).flatMap(([folder, mode]) =>
    readdirSync(path.join(base, folder), { withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ name }): TarEntry => {
        const place = path.join(folder, name);
        const file = path.join(base, place);
        if (place !== 'etc/containerd/config.toml') return { path: place, mode, file };
        return { path: place, mode, text: containerdConfig(readFileSync(file, 'utf8'), changes) };
      }),
  );
}

/** kind's configuration of containerd, changed. @throws ImageError unknown-upstream when a line to change is not there */
export function containerdConfig(upstream: string, { pause, runtime }: Changes): string {
  const edits: readonly (readonly [RegExp, string])[] = [
    [/sandbox_image = .*/, `sandbox_image = "${pause}"`],
    // AppArmor's profiles are the machine's, and need not be there.
    [/^(\s*)(sandbox_image = .*)$/m, '$1$2\n$1disable_apparmor = true'],
    ...(runtime === undefined
      ? []
      : ([
          // A score below one's own needs CAP_SYS_RESOURCE.
          [/restrict_oom_score_adj = false/, 'restrict_oom_score_adj = true'],
          [/^(\s*)(SystemdCgroup = true)$/gm, `$1$2\n$1BinaryName = "${runtime}"`],
        ] as const)),
  ];
  return edits.reduce((text, [line, replacement]) => {
    if (text.search(line) >= 0) return text.replace(line, replacement);
    throw new ImageError('unknown-upstream', `Expected ${line} in kind's configuration of containerd`);
  }, upstream);
}
