/*
 * The worker of this benchmark: as the connections subgraph opens it, over a real Redis. A report counts when the worker
 * notes how long it lives, after it was read and found to be newer, so that nothing that was lost on the way is believed.
 * It also listens where the limit is measured, and there only counts bytes.
 */
import 'reflect-metadata';
import { Redis } from 'ioredis';
import { pino } from 'pino';
import { openMember } from '../../subgraphs/connections/proximity/member.ts';
import { RedisMembership } from '../../subgraphs/connections/proximity/membership.redis.ts';
import { RedisProximityBus } from '../../subgraphs/connections/proximity/proximity-bus.redis.ts';
import { TimingWheel } from '../../subgraphs/connections/proximity/timing-wheel.ts';
import { systemClock } from '../../subgraphs/kernel/clock.ts';
import { partArgument, partIsReady } from '../gateway/process.ts';
import { idOf } from './phones.ts';
import { BARE_CHANNEL, echoChannel, PROXIMITY, type Usage, usage } from './settings.ts';

export interface WorkerUsage extends Usage {
  /** Reports that were taken in. */
  readonly taken: number;
  readonly bareBytes: number;
}

const { url } = partArgument<{ readonly url: string }>();
const log = pino({ level: 'warn' }, process.stderr);
const clock = systemClock;
const counted = { taken: 0, bareBytes: 0 };

const { set } = TimingWheel.prototype;
TimingWheel.prototype.set = function (number, endMilliseconds) {
  counted.taken++;
  set.call(this, number, endMilliseconds);
};

const bus = await RedisProximityBus.connect({ urls: [url], log });
const membership = await RedisMembership.connect({ urls: [url], clock, log });
await openMember({ ...PROXIMITY, id: idOf(0, 0, 0), bus, membership, clock, log });
const echo = new Redis(url);
const bare = new Redis(url);
bare.on('smessageBuffer', (_channel: Buffer, frame: Buffer) => {
  counted.bareBytes += frame.length;
  void echo.spublish(echoChannel(frame[0] as number), '');
});
await bare.ssubscribe(BARE_CHANNEL);

partIsReady(undefined, (): WorkerUsage => ({ ...usage(), ...counted }));
