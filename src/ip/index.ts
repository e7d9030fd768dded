export { Cidr, type ParsedCidr } from './cidr.ts';
export { compareFamilies, type Family, familyBits } from './family.ts';
export { Ip } from './ip.ts';
export { IpError, type IpErrorCode } from './ip-error.ts';
export { firstUsable, lastUsable, type UsableRange, usableRange, usableSize } from './usable.ts';
