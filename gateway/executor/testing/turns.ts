/*
 * Lets answers come one at a time, each only after everything that followed from the one before has happened: two
 * executors that ask the same in the same order are then answered in the same order, however many promises they use.
 */

export class Turns {
  readonly #waiting: { readonly isLate: boolean; go(): void }[] = [];
  #isRunning = false;

  /** Comes when it is the caller's turn: in the order of asking, but after those who wait then where it is late. */
  next(isLate: boolean): Promise<void> {
    return new Promise((go) => {
      this.#waiting.push({ isLate, go });
      if (!this.#isRunning) this.#run();
    });
  }

  async #run(): Promise<void> {
    this.#isRunning = true;
    for (let turn = this.#waiting.shift(); turn; turn = this.#waiting.shift()) {
      await new Promise(setImmediate);
      if (turn.isLate && this.#waiting.length > 0) this.#waiting.push({ ...turn, isLate: false });
      else turn.go();
      await new Promise(setImmediate);
    }
    this.#isRunning = false;
  }
}
