export { Cidr } from './cidr.ts';
export { compareFamilies, type Family, familyBits } from './family.ts';
export { Ip } from './ip.ts';
export { firstUsable, lastUsable, usableRange, usableSize } from './usable.ts';
