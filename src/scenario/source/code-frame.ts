const WIDTH = 80;

/**
 * The line at `lineStart` with `^^^^` below columns `col` to `endCol` (from 1, end excluded), cut to
 * 80 columns around them. Tabs become single spaces so that the carets stay in place.
 */
export function codeFrame(text: string, lineStart: number, col: number, endCol: number): string {
  const lineEnd = text.indexOf('\n', lineStart);
  let line = text
    .slice(lineStart, lineEnd < 0 ? undefined : lineEnd)
    .replace(/\r$/, '')
    .replaceAll('\t', ' ');
  if (line.trim() === '') return '';
  let from = col - 1;
  const length = Math.max(1, Math.min(endCol, line.length + 1) - col);
  if (line.length > WIDTH) {
    const cut = Math.max(0, Math.min(from - WIDTH / 2, line.length - WIDTH));
    const tail = cut + WIDTH < line.length ? '…' : '';
    line = `${cut > 0 ? '…' : ''}${line.slice(cut + (cut > 0 ? 1 : 0), cut + WIDTH - tail.length)}${tail}`;
    from -= cut;
  }
  return `${line}\n${' '.repeat(from)}${'^'.repeat(Math.max(1, Math.min(length, WIDTH - from)))}`;
}
