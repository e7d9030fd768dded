/** Labels and names of what is made in a cluster: `kubectl get namespaces -l churnlab.dev/lab` shows all of it. */

/** On every namespace of ours; its value is the lab's own namespace. */
export const LAB_LABEL = 'churnlab.dev/lab';
/** On a lab's own namespace, which goes with the run that it was made for, where it was made for one. */
export const TEMPORARY = 'churnlab.dev/temporary';
