/**
 * Checks that package-lock.json names every optional package of other platforms. `npm ci` refuses a lock
 * file that lacks one, and npm leaves one out when the registry it asks does not serve it. `--fix` adds
 * what is missing: name and version from the parent, the platform from the name. Such a package is never
 * fetched here, because its platform is not ours.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

interface Locked {
  readonly version?: string;
  readonly dev?: boolean;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}
type Packages = Record<string, Locked>;

const OS = /\b(aix|android|darwin|freebsd|linux|netbsd|openbsd|openharmony|sunos|win32)\b/;
const CPU = /\b(arm64|arm|ia32|loong64|mips64el|ppc64|riscv64|s390x|x64)\b/;

/** The places where Node looks for a package that `parent` (a key of the lock file) requires. */
function* lookups(parent: string, name: string): Generator<string> {
  for (let at = parent; at !== ''; at = at.slice(0, Math.max(0, at.lastIndexOf('/node_modules/')))) {
    yield `${at}/node_modules/${name}`;
  }
  yield `node_modules/${name}`;
}

/** Optional packages that no place of the lock file holds, each with the entry that would hold it. */
export function missingOptional(packages: Readonly<Packages>): { key: string; entry: Locked }[] {
  return Object.entries(packages).flatMap(([parent, { optionalDependencies = {}, dev }]) =>
    Object.entries(optionalDependencies)
      .filter(([name]) => lookups(parent, name).every((key) => packages[key] === undefined))
      .map(([name, version]) => ({
        key: `node_modules/${name}`,
        entry: {
          version,
          cpu: [CPU.exec(name)?.[1] ?? 'any'],
          ...(dev && { dev }),
          ...(/musl|gnu/.test(name) && { libc: [name.includes('musl') ? 'musl' : 'glibc'] }),
          optional: true,
          os: [OS.exec(name)?.[1] ?? 'any'],
        },
      })),
  );
}

function main(): void {
  const file = path.resolve(import.meta.dirname, '../../package-lock.json');
  const lock = JSON.parse(readFileSync(file, 'utf8')) as { packages: Packages };
  const missing = missingOptional(lock.packages);
  if (process.argv.includes('--fix')) {
    for (const { key, entry } of missing) lock.packages[key] = entry;
    const sorted = Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en'));
    lock.packages = Object.fromEntries(sorted);
    writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
    console.log(`lock-file: ${missing.length} added`);
    return;
  }
  for (const { key } of missing)
    console.error(`package-lock.json: ${key} is missing; type: npm run lock-file -- --fix`);
  console.log(missing.length === 0 ? 'lock-file: ok' : `lock-file: ${missing.length} problems`);
  process.exitCode = missing.length === 0 ? 0 : 1;
}

if (import.meta.main) main();
