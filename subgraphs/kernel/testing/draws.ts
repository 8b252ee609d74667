/*
 * What property tests draw is the same in every run, or a change would be refused once in a thousand times for what it has
 * nothing to do with. `DRAWS=anew` draws something else, to look for what nobody has seen yet; a failure names its seed,
 * and `DRAWS=SEED` draws that again.
 */
import fc from 'fast-check';

const wish = process.env.DRAWS ?? '20261121';
if (wish !== 'anew') fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(wish) });
