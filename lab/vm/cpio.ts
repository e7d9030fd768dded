/** A file of an archive. */
export interface CpioEntry {
  readonly name: string;
  readonly content: Buffer;
  readonly executable?: boolean;
}

const FILE = 0o100000;

/** An archive as the kernel unpacks it at boot: format `newc` (Documentation/driver-api/early-userspace/buffer-format.rst). */
export function cpio(entries: readonly CpioEntry[]): Buffer {
  const parts = entries.map(({ name, content, executable }, index) =>
    entry(index + 1, name, FILE | (executable ? 0o755 : 0o644), content),
  );
  return Buffer.concat([...parts, entry(0, 'TRAILER!!!', 0, Buffer.alloc(0))]);
}

function entry(inode: number, name: string, mode: number, content: Buffer): Buffer {
  const path = Buffer.from(`${name}\0`);
  const links = 1;
  // ino, mode, uid, gid, nlink, mtime, filesize, dev and rdev (major, minor each), namesize, check
  const fields = [inode, mode, 0, 0, links, 0, content.length, 0, 0, 0, 0, path.length, 0];
  const header = Buffer.from(`070701${fields.map((field) => field.toString(16).padStart(8, '0')).join('')}`);
  return Buffer.concat([padded(Buffer.concat([header, path])), padded(content)]);
}

/** Up to a multiple of four. */
function padded(bytes: Buffer): Buffer {
  return Buffer.concat([bytes, Buffer.alloc(-bytes.length & 3)]);
}
