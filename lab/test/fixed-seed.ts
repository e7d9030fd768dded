/**
 * Random cases are the same in every run, so that a failure is of the change that was made and not of the day.
 * `CHURNLAB_SEED=random` looks for new ones; fast-check prints the seed of what it finds.
 */
import fc from 'fast-check';

const { CHURNLAB_SEED: asked = '1' } = process.env;
if (asked !== 'random') fc.configureGlobal({ seed: Number(asked) });
