const FLAG = '--in-container';

/** Whether the words before a lone `--` ask for a container. */
export function wantsContainer(args: readonly string[]): boolean {
  return ownWords(args).includes(FLAG);
}

/** The same command as it is typed inside. */
export function containerArguments(args: readonly string[]): string[] {
  const own = ownWords(args);
  return [...own.filter((word) => word !== FLAG), ...args.slice(own.length)];
}

/** Whether a command takes labs down, after which the container may not be needed any more. */
export function isLabDown(args: readonly string[]): boolean {
  const words = ownWords(args).filter((word) => !word.startsWith('-'));
  return words[0] === 'lab' && words[1] === 'down';
}

function ownWords(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}
