import { accessSync, constants, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { cacheDirectory } from '../setup/index.ts';

const NOTE = (): string => path.join(cacheDirectory(), 'no-kvm');
const bootId = (): string => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();

/** `kvm` unless it is not there, or has failed since the host was booted. */
export function usableAccelerator(): 'kvm' | 'tcg' {
  try {
    accessSync('/dev/kvm', constants.R_OK | constants.W_OK);
  } catch {
    return 'tcg';
  }
  const failed = existsSync(NOTE()) && readFileSync(NOTE(), 'utf8') === bootId();
  return failed ? 'tcg' : 'kvm';
}

/** Remembers that KVM does not work here: there are hosts that offer it and hang. */
export function withoutKvm(): void {
  mkdirSync(path.dirname(NOTE()), { recursive: true });
  writeFileSync(NOTE(), bootId());
}
