/** Told one line about each thing that takes time or changes the machine, before it begins. */
export type Report = (line: string) => void;

export const silent: Report = () => {};
