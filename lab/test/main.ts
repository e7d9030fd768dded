/** `npm test`: runs tiers of tests and ends with the line that counts them, also when nothing works at all. */
try {
  await import('./run-tiers.ts');
} catch (error) {
  console.error(error);
  console.log('0 passed, 1 failed, 0 skipped');
  process.exitCode = 1;
}
