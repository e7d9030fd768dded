/** How long a CIDR of a pool must have been of no use before it is given back, in ms. */
export const HOLD_MS = 2000;
