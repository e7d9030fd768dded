/** Fields of /proc/meminfo (proc_meminfo(5)) in bytes. */
export function meminfo(text: string): Readonly<Record<string, number>> {
  const lines = text.matchAll(/^(\w+): +(\d+) kB$/gm);
  return Object.fromEntries([...lines].map(([, name, kilobytes]) => [name!, Number(kilobytes) * 1024]));
}
