import { ImageError } from '../image-error.ts';

/** The images that the notes of our kind's release name, which are those that it is tested with. */
const PUBLISHED: Readonly<Record<string, string>> = {
  '1.34': 'kindest/node:v1.34.11@sha256:44e222ee2132dab25ff87301682f89eb82c7880ea3a1bf543bfe9708fd08d67d',
  '1.35': 'kindest/node:v1.35.8@sha256:07b2536e30b803ed61d1677a79df6115f798ce64c80f9e22f6ed45afd09323c0',
  '1.36': 'kindest/node:v1.36.4@sha256:099e049362a1526b2db71494e1947aae99bd16290d7c895f2b7ea312e3cbfaed',
  '1.37': 'kindest/node:v1.37.0@sha256:a1ed56cfb0e7b93589bdf97c8cd566405a265939e3620fc4f5de89adff580ae5',
};

/** @param kubernetes a minor version, such as 1.34. @throws ImageError unknown-version */
export function publishedImage(kubernetes: string): string {
  const found = PUBLISHED[kubernetes];
  if (found) return found;
  const known = Object.keys(PUBLISHED).join(', ');
  throw new ImageError(
    'unknown-version',
    `Expected a version of Kubernetes out of ${known}, got ${kubernetes}`,
  );
}
