import { isKind, isKubeconfig, LabDirectory } from '../../substrate/index.ts';

/** The end of a sentence that says that a lab is not there: which ones are. */
export function labsThere(): string {
  const names = LabDirectory.list().filter((name) => {
    const lab = new LabDirectory(name);
    return lab.read() !== undefined || isKind(lab) || isKubeconfig(lab);
  });
  return names.length === 0 ? '' : `; there is ${names.join(', ')}`;
}
