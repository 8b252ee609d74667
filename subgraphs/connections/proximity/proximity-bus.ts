/*
 * The port that carries frames between fronts, which take reports, and workers, which own a part of the Earth. At most
 * once, in order from one sender to one address: positions heal with the next report, and a gap is told. Nothing that is
 * sent here is ever stored. Adapters: proximity-bus.memory.ts, proximity-bus.redis.ts (sharded pub/sub).
 */
export interface ProximityBus {
  /** How long small frames may be held back to be sent together, in milliseconds; 0 for until the end of this turn. */
  readonly coalesceMilliseconds: number;
  /** Sends a frame to whoever listens at `address` now. The bus keeps the frame; it must not be written to any more. */
  send(address: string, frame: Buffer): void;
  /**
   * Listens. Once this has resolved, no frame sent later is missed while the connection lasts. `lost` is told when
   * frames may have been missed. @returns what ends it.
   */
  listen(address: string, take: (frame: Buffer) => void, lost: () => void): Promise<() => Promise<void>>;
  /** Resolves when the connection answers; rejects otherwise. */
  check(): Promise<void>;
  close(): Promise<void>;
}
