/** The image of agent, operator and installer: Node, our sources as one program, what they load. No shell, no package manager. */
import { createHash } from 'node:crypto';
import { globSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { rolldown } from 'rolldown';
import { ensureNative, type Report, ROOT } from '../setup/index.ts';
import { filesLayer, madeFilesLayer } from './archive/files-layer.ts';
import type { ImageSpec } from './archive/image-archive.ts';
import type { TarEntry } from './archive/tar.ts';
import { type DebianRoot, debianLayer, UNREAD } from './debian.ts';

/** As src/in-cluster/main.ts expects it. */
const HOME = 'opt/churnlab';
/** Programs by the names that pods know them by. */
const ENTRIES = { 'churnlab-node': 'src/in-cluster/main.ts', 'churnlab-shard': 'src/shard/main.ts' };
const COMPILED = ['churnlab.bpf.o', 'services.bpf.o', 'churnlab-cni'];

/** Libraries of Node and of what we load through it, and the program that host ports are written with. */
const BASE: DebianRoot = {
  name: 'churnlab-base',
  variant: 'extract',
  packages: ['libc6', 'libgcc-s1', 'libstdc++6', 'libbpf1', 'nftables'],
  exclude: [...UNREAD, '/usr/lib/*/gconv/*', '/usr/lib/systemd/*', '/lib/systemd/*', '/usr/share/*'],
  forecast: 'a few seconds',
};

/**
 * `churnlab-node COMMAND`, layers in the order in which they change: libraries, Node, koffi, compiled files, sources.
 * @throws ImageError, SetupError
 */
export async function churnlabImage(report: Report): Promise<ImageSpec> {
  const compiled = COMPILED.map(async (name) => ({
    path: `${HOME}/${name}`,
    mode: name.endsWith('.o') ? 0o644 : 0o755,
    file: await ensureNative(name, { report }),
  }));
  const node = path.join(ROOT, `node_modules/node-linux-${process.arch}/bin/node`);
  return {
    layers: [
      await debianLayer(BASE, report),
      await filesLayer('churnlab-node', [{ path: 'usr/local/bin/node', mode: 0o755, file: node }]),
      await filesLayer('churnlab-koffi', koffiFiles()),
      await filesLayer('churnlab-compiled', await Promise.all(compiled)),
      await madeFilesLayer('churnlab-sources', bundled(), async () => [
        ...(await bundle()),
        // Where a read-only root has room for a file.
        { path: 'tmp', mode: 0o1777, directory: true },
      ]),
    ],
    config: {
      Entrypoint: ['/usr/local/bin/node', `/${HOME}/churnlab-node.mjs`],
      Env: ['NODE_ENV=production'],
      WorkingDir: '/',
    },
  };
}

/** All that decides the bundle: our sources, the packages by their lock file, and how it is made. */
function bundled(): string {
  const sources = globSync('src/**/*.ts', { cwd: ROOT, exclude: ['**/*.test.ts'] }).toSorted();
  const hash = createHash('sha256');
  for (const file of [...sources, 'package-lock.json', path.relative(ROOT, import.meta.filename)]) {
    const content = readFileSync(path.join(ROOT, file));
    hash.update(`${file}\n${content.length}\n`).update(content);
  }
  return hash.digest('hex');
}

/** Our sources and the packages that they import, as ES modules; a command loads its own. */
async function bundle(): Promise<TarEntry[]> {
  const build = await rolldown({
    input: Object.fromEntries(Object.entries(ENTRIES).map(([name, file]) => [name, path.join(ROOT, file)])),
    platform: 'node',
    external: ['koffi'],
    cwd: ROOT,
    // A package looks for node:zlib by it, where there is no bundler.
    checks: { eval: false },
  });
  try {
    const { output } = await build.generate({
      format: 'esm',
      entryFileNames: '[name].mjs',
      chunkFileNames: '[name]-[hash].mjs',
    });
    return output.map((file) => ({
      path: `${HOME}/${file.fileName}`,
      mode: 0o644,
      text: file.type === 'chunk' ? file.code : file.source,
    }));
  } finally {
    await build.close();
  }
}

/** koffi finds its native half by the names of packages, so that it is not bundled. */
function koffiFiles(): TarEntry[] {
  const native = `@koromix/koffi-linux-${process.arch}`;
  const parts = [
    'koffi/package.json',
    'koffi/**/*.js',
    `${native}/*.{json,js}`,
    `${native}/linux_${process.arch}/*`,
  ];
  const packages = path.join(ROOT, 'node_modules');
  return globSync(parts, { cwd: packages })
    .toSorted()
    .map((file) => ({
      path: path.join(HOME, 'node_modules', file),
      mode: 0o644,
      file: path.join(packages, file),
    }));
}
