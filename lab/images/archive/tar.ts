import { createReadStream, statSync } from 'node:fs';

/** Something in a tar file, owned by root and of no date, so that the same contents are the same bytes. */
export type TarEntry =
  | { readonly path: string; readonly mode: number; readonly text: string | Uint8Array }
  | { readonly path: string; readonly mode: number; readonly file: string }
  | { readonly path: string; readonly link: string }
  | { readonly path: string; readonly mode: number; readonly directory: true };

const BLOCK = 512;
/** Sizes have eleven octal digits. */
const LARGEST = 8 ** 11 - 1;

/**
 * The bytes of a tar file with these entries, in the ustar format (POSIX.1-1988), which all that unpack images read.
 * Files are read when their turn comes.
 * @throws RangeError for a path or a size that the format has no room for
 */
export async function* tar(entries: Iterable<TarEntry>): AsyncGenerator<Uint8Array> {
  for (const entry of entries) {
    const size = sizeOf(entry);
    yield header(entry, size);
    if ('text' in entry) yield bytesOf(entry.text);
    else if ('file' in entry) yield* createReadStream(entry.file, { highWaterMark: 1 << 20 });
    yield new Uint8Array((BLOCK - (size % BLOCK)) % BLOCK);
  }
  yield new Uint8Array(2 * BLOCK);
}

function sizeOf(entry: TarEntry): number {
  if ('text' in entry) return bytesOf(entry.text).length;
  return 'file' in entry ? statSync(entry.file).size : 0;
}

function bytesOf(text: string | Uint8Array): Uint8Array {
  return typeof text === 'string' ? Buffer.from(text) : text;
}

function header(entry: TarEntry, size: number): Uint8Array {
  if (size > LARGEST) throw new RangeError(`Expected at most ${LARGEST} bytes, got ${size} (${entry.path})`);
  const block = Buffer.alloc(BLOCK);
  const isFolder = 'directory' in entry;
  const [prefix, name] = split(isFolder ? `${entry.path}/` : entry.path);
  block.write(name, 0);
  octal(block, 'mode' in entry ? entry.mode : 0o777, 100, 8);
  octal(block, 0, 108, 8); // uid
  octal(block, 0, 116, 8); // gid
  octal(block, size, 124, 12);
  octal(block, 0, 136, 12); // mtime
  block.write(isFolder ? '5' : 'link' in entry ? '2' : '0', 156);
  if ('link' in entry) block.write(fitting(entry.link, 100), 157);
  block.write('ustar\x0000', 257);
  block.write(prefix, 345);
  block.fill(' ', 148, 156); // the sum is taken with its own place blank
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return block;
}

/** A path of more than 100 bytes is cut in two at a slash. */
function split(path: string): readonly [prefix: string, name: string] {
  if (Buffer.byteLength(path) <= 100) return ['', path];
  const cut = path.indexOf('/', path.length - 101);
  return [fitting(path.slice(0, Math.max(cut, 0)), 155), fitting(path.slice(cut + 1), 100)];
}

function fitting(text: string, bytes: number): string {
  if (Buffer.byteLength(text) <= bytes) return text;
  throw new RangeError(`Expected a path of at most ${bytes} bytes, got ${text}`);
}

function octal(block: Buffer, value: number, at: number, length: number): void {
  block.write(`${value.toString(8).padStart(length - 1, '0')}\0`, at);
}
