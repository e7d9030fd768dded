import { type ObjectLoadError, UnsupportedFeature } from './errors.ts';

/**
 * Helper functions by number, and the first kernel with each: include/uapi/linux/bpf.h. Those that every kernel
 * with libbpf has are not listed.
 */
const HELPERS: Readonly<Record<number, readonly [string, string]>> = {
  152: ['bpf_redirect_neigh', '5.10'],
  155: ['bpf_redirect_peer', '5.10'],
  163: ['bpf_check_mtu', '5.12'],
};

/** The verifier's words for a helper that it does not know: `invalid func unknown#163` and variations. */
const UNKNOWN = /(?:invalid|unknown) func \S*#(\d+)/;

/** What the kernel is too old for, when that is why it refused an object. */
export function missingHelper(error: ObjectLoadError): UnsupportedFeature | undefined {
  const number = UNKNOWN.exec(error.verifierLog)?.[1];
  const helper = number === undefined ? undefined : HELPERS[Number(number)];
  return helper && new UnsupportedFeature(`the BPF helper ${helper[0]}`, helper[1], { cause: error });
}
