/*
 * A Jest reporter for .ci/run: writes `PASSED FAILED` to the file that HEY_BLUE_TALLY names. What Jest counts apart is a
 * failure here: a suite that could not be loaded, a test that did not run, a run that was broken off or held no test.
 * JavaScript, because Jest loads reporters without compiling them.
 */
import { writeFileSync } from 'node:fs';

export default class Tally {
  onRunComplete(_contexts, results) {
    const file = process.env.HEY_BLUE_TALLY;
    if (file) writeFileSync(file, tally(results).join(' '));
  }
}

/** @returns {[passed: number, failed: number]} */
export function tally(results) {
  const passed = results.numPassedTests;
  const failed =
    results.numFailedTests + results.numRuntimeErrorTestSuites + results.numPendingTests + results.numTodoTests;
  const broken = passed === 0 || results.wasInterrupted || results.runExecError !== undefined;
  return [passed, failed === 0 && broken ? 1 : failed];
}
