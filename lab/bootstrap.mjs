/**
 * What runs before the npm packages are there, on the machine's own Node (20 or later), without
 * dependencies: checks the machine, makes node_modules match package-lock.json, and hands over to the
 * Node that package-lock.json pins (24, from npm: the machine's own runs nothing of the product).
 */
import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';

export const ROOT = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');
const NODE = path.join(ROOT, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node');
const OLDEST_NODE = 20;
const LOCK_WAIT_MS = 10 * 60_000;

/** Ends the process with one line on stderr; 1 is "the harness failed". @param {string} message @returns {never} */
function fail(message) {
  process.stderr.write(`churnlab: ${message}\n`);
  process.exit(1);
}

/** Where everything that may be deleted at any time is kept, shared by all clones of a user. */
export function cacheDirectory(env = process.env) {
  const base = env.XDG_CACHE_HOME;
  return path.join(base && path.isAbsolute(base) ? base : path.join(os.homedir(), '.cache'), 'churnlab');
}

/** Says why this machine cannot run churnlab at all, or nothing. */
export function machineProblem({
  node = process.versions.node,
  platform = process.platform,
  arch = process.arch,
} = {}) {
  if (Number.parseInt(node, 10) < OLDEST_NODE) {
    return `expected Node ${OLDEST_NODE} or later to start with, got ${node} (https://nodejs.org, or your distribution's nodejs)`;
  }
  if (platform !== 'linux')
    return `expected Linux (network namespaces, BPF), got ${platform}: use a Linux machine or VM`;
  if (arch !== 'x64' && arch !== 'arm64') return `expected an x64 or arm64 machine, got ${arch}`;
  return undefined;
}

/**
 * Names the first package of the lock file that node_modules lacks or has in another version. npm writes
 * node_modules/.package-lock.json as the last step of an installation, so a broken one is seen too.
 * Optional packages may be absent (other platforms), but not in another version.
 */
export function packageMismatch(root = ROOT) {
  const read = (/** @type {string} */ file) =>
    JSON.parse(fs.readFileSync(path.join(root, file), 'utf8')).packages;
  const wanted = read('package-lock.json');
  if (!fs.existsSync(path.join(root, 'node_modules/.package-lock.json'))) return 'node_modules';
  const found = read('node_modules/.package-lock.json');
  for (const [name, { version, optional, peer }] of Object.entries(wanted)) {
    const installed = found[name];
    if (name === '' || (installed === undefined && (optional || peer))) continue;
    if (installed?.version !== version) return `${name.replace('node_modules/', '')} ${version}`;
  }
  return undefined;
}

/** PATH without the bin folder of this repository: `npm ci` must not run on a Node that it is about to delete. */
function outsidePath() {
  const own = path.join(ROOT, 'node_modules');
  return (process.env.PATH ?? '')
    .split(path.delimiter)
    .filter((dir) => !dir.startsWith(own))
    .join(path.delimiter);
}

/** Runs `npm ci` and returns what went wrong, output included. Install scripts are not run: no package needs one. */
function npmCi() {
  process.stderr.write('churnlab: installing npm packages (npm ci) ...\n');
  const started = performance.now();
  const args = ['ci', '--include=dev', '--include=optional', '--ignore-scripts', '--loglevel=error'];
  const { status, signal, error, stdout, stderr } = spawnSync('npm', args, {
    cwd: ROOT,
    env: { ...process.env, PATH: outsidePath() },
    encoding: 'utf8',
    maxBuffer: 64 * 1024 * 1024,
  });
  if (error) return `cannot run npm: ${error.message} (it comes with Node; on Debian: apt-get install npm)`;
  if (status !== 0) return `npm ci failed (${signal ?? `exit code ${status}`}):\n${stdout}${stderr}`;
  process.stderr.write(
    `churnlab: npm packages installed in ${((performance.now() - started) / 1000).toFixed(1)} s\n`,
  );
  return undefined;
}

/** True while the process that wrote its id to the lock file is alive. @param {string} lock */
function ownerLives(lock) {
  try {
    const pid = Number(fs.readFileSync(lock, 'utf8'));
    if (!Number.isInteger(pid) || pid <= 0) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/**
 * Holds a lock file while `work` runs, so that two commands started at once install once.
 * @template T
 * @param {string} lock
 * @param {() => T} work
 */
function withLock(lock, work) {
  fs.mkdirSync(path.dirname(lock), { recursive: true });
  const mine = `${lock}.${process.pid}`;
  const deadline = Date.now() + LOCK_WAIT_MS;
  fs.writeFileSync(mine, String(process.pid));
  try {
    for (;;) {
      try {
        fs.linkSync(mine, lock); // appears with its content, or not at all
        break;
      } catch {
        if (!ownerLives(lock)) fs.rmSync(lock, { force: true });
        else if (Date.now() > deadline) throw new Error(`another installation holds ${lock}`);
        else Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
      }
    }
    return work();
  } finally {
    if (fs.existsSync(lock) && fs.readFileSync(lock, 'utf8') === String(process.pid)) fs.rmSync(lock);
    fs.rmSync(mine, { force: true });
  }
}

/** Makes node_modules match package-lock.json, or ends the process with the line to type. @param {boolean} install */
export function ensurePackages(install) {
  const problem = machineProblem();
  if (problem) fail(problem);
  const missing = packageMismatch();
  if (missing && !install) fail(`npm packages are missing (${missing}); type: npm ci --ignore-scripts`);
  const lock = path.join(
    cacheDirectory(),
    `npm-${createHash('sha256').update(ROOT).digest('hex').slice(0, 12)}.lock`,
  );
  const failure = missing && withLock(lock, () => packageMismatch() && npmCi());
  if (failure) fail(failure);
  if (!fs.existsSync(NODE)) {
    fail(
      `npm package node-linux-${process.arch} is missing (optional packages left out?); type: npm ci --include=optional --ignore-scripts`,
    );
  }
}

/** Whether the words before a lone `--` allow to install. @param {readonly string[]} args */
export function installAllowed(args) {
  const end = args.indexOf('--');
  return !args.slice(0, end < 0 ? args.length : end).includes('--no-install');
}

/**
 * Runs a file of this repository on the pinned Node with the given arguments, and ends this process the
 * way that one ends: with its exit code, or by its signal.
 * @param {string} file relative to the root of the repository
 * @param {readonly string[]} args
 */
export function run(file, args) {
  ensurePackages(installAllowed(args));
  const env = { NODE_COMPILE_CACHE: path.join(cacheDirectory(), 'compile'), ...process.env };
  const child = spawn(NODE, [path.join(ROOT, file), ...args], { stdio: 'inherit', env });
  /** @type {NodeJS.Signals[]} */
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGQUIT'];
  for (const signal of signals) {
    // A terminal sends Ctrl-C to both of us: forwarding it would look like a second, impatient one.
    const fromTerminal = process.stdin.isTTY && (signal === 'SIGINT' || signal === 'SIGQUIT');
    process.on(signal, () => fromTerminal || child.kill(signal));
  }
  child.on('error', (error) => fail(`cannot run ${NODE}: ${error.message} (it needs glibc)`));
  child.on('exit', (code, signal) => {
    if (!signal) process.exit(code ?? 1);
    for (const each of signals) process.removeAllListeners(each);
    process.kill(process.pid, signal);
  });
  return child;
}
