import { randomBytes } from 'node:crypto';

/** `<UTC time>-<name>-<short id>`: sorts by time, and two of one second do not meet. */
export function folderName(name: string, now: Date): string {
  const time = now.toISOString().slice(0, 19).replaceAll(/[-:]/g, '');
  return `${time}Z-${name}-${randomBytes(3).toString('hex')}`;
}
