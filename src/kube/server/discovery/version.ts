/** The release whose behaviour is followed; components check that they may talk to it. */
export const VERSION = {
  major: '1',
  minor: '34',
  gitVersion: 'v1.34.0+churnlab',
  gitCommit: '0000000000000000000000000000000000000000',
  gitTreeState: 'clean',
  buildDate: '2025-08-27T00:00:00Z',
  goVersion: 'none (TypeScript)',
  compiler: 'none',
  platform: `${process.platform}/${process.arch === 'x64' ? 'amd64' : process.arch}`,
} as const;
