import fs from 'node:fs';
import path from 'node:path';
import type { Netns } from './netns.ts';

/**
 * Sets kernel parameters below /proc/sys/net, which shows those of the calling thread's namespace. Parameters of
 * a family that the kernel was built or started without are passed over. Throws the errors of fs.
 */
export function setSysctls(netns: Netns | undefined, values: Readonly<Record<string, number>>): void {
  const work = (): void => {
    for (const [name, value] of Object.entries(values)) {
      const file = path.join('/proc/sys/net', name);
      if (fs.existsSync(path.join('/proc/sys/net', name.split('/')[0]!)))
        fs.writeFileSync(file, String(value));
    }
  };
  if (netns) netns.run(work);
  else work();
}
