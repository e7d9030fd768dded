/** Commands that look at a lab where it is: with `--substrate vm` they are typed inside as they stand. */
const LOOKING: readonly (readonly string[])[] = [
  ['lab', 'down'],
  ['lab', 'status'],
  ['lab', 'logs'],
  ['exec'],
  ['ipam'],
  ['service'],
  ['connectivity'],
];

/** Whether a command is one that a running virtual machine answers, and asks for it. */
export function looksIntoVm(args: readonly string[]): boolean {
  const own = ownWords(args);
  const words = own.filter((word) => !word.startsWith('-'));
  return (
    wordAfter(own, '--substrate') === 'vm' &&
    LOOKING.some((names) => names.every((name, i) => words[i] === name))
  );
}

/** The kernel that is asked for: the distribution's own when nothing is said. */
export function kernelName(args: readonly string[]): string {
  return wordAfter(ownWords(args), '--kernel') ?? 'distribution';
}

/** The same command as it is typed inside. A command that only looks at a lab does not know the two options. */
export function vmArguments(args: readonly string[]): string[] {
  const own = ownWords(args);
  const dropped = looksIntoVm(args) ? ['--kernel', '--substrate'] : ['--kernel'];
  return [...without(own, dropped), ...args.slice(own.length)];
}

function ownWords(args: readonly string[]): readonly string[] {
  const end = args.indexOf('--');
  return end < 0 ? args : args.slice(0, end);
}

function wordAfter(words: readonly string[], option: string): string | undefined {
  const joined = words.find((word) => word.startsWith(`${option}=`));
  if (joined !== undefined) return joined.slice(option.length + 1);
  const at = words.indexOf(option);
  return at < 0 ? undefined : words[at + 1];
}

function without(words: readonly string[], options: readonly string[]): string[] {
  return words.filter(
    (word, i) =>
      !options.some(
        (option) => word === option || word.startsWith(`${option}=`) || (i > 0 && words[i - 1] === option),
      ),
  );
}
