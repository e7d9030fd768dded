import fs from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 500;
const LOOKS = 120;

/**
 * Waits until the kernel has taken down the network namespaces of what ran before: thousands of them take many
 * seconds in the background, and what is measured next would pay for them. Looks at /proc/slabinfo until their number
 * falls no more; without that file, or after a minute, it returns.
 */
export async function namespacesGone(): Promise<void> {
  let last = Infinity;
  for (let looks = 0; looks < LOOKS; looks++) {
    const now = namespaces();
    if (now === undefined || now >= last) return;
    last = now;
    await sleep(LOOK_MS);
  }
}

/** Network namespaces that the kernel has memory for (slabinfo(5)). */
function namespaces(): number | undefined {
  try {
    const count = /^net_namespace +(\d+)/m.exec(fs.readFileSync('/proc/slabinfo', 'utf8'))?.[1];
    return count === undefined ? undefined : Number(count);
  } catch {
    return undefined;
  }
}
