/* What the processes of this benchmark agree on. */

/** As the configuration has it by default; positions outlast the run. */
export const PROXIMITY = { alertRadiusMeters: 150, timeToLiveSeconds: 3_600 } as const;
/** Where the limit is measured; the first byte of a frame says which front waits for its echo. */
export const BARE_CHANNEL = 'bench:bare';
export const echoChannel = (front: number) => `bench:echo:${front}`;
/** A frame that is full. */
export const BARE_FRAME_BYTES = 64 * 1024;

export interface Usage {
  /** CPU time of the process since its start, user and system. */
  readonly cpuMicroseconds: number;
}

export function usage(): Usage {
  const { user, system } = process.cpuUsage();
  return { cpuMicroseconds: user + system };
}

/** The instant in milliseconds on a clock that all processes of a machine share. */
export function sharedMilliseconds(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
