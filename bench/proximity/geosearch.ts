/*
 * A peer: positions in Redis, one geo set a side, asked by GEOSEARCH; what is near whom is kept here. Commands of a
 * hundred moves travel together, since the cost of a round trip would hide that of the search.
 */
import { Redis } from 'ioredis';
import { type Contender, LEAVING_METERS, OUTLOOK_METERS, REACH_METERS } from './contender.ts';
import type { Moves } from './people.ts';

const BATCH = 100;
const FIRST_BATCH = 1_000;
const OFFICERS = 'officers';
const CITIZENS = 'citizens';

/** Member and distance in meters. */
type Found = readonly [member: string, meters: string];

export class Geosearch implements Contender {
  changes = 0;
  readonly #redis: Redis;
  /** Officer -> citizens, and the other way round. */
  readonly #nearOfficer = new Map<number, Set<number>>();
  readonly #nearCitizen = new Map<number, Set<number>>();

  private constructor(redis: Redis) {
    this.#redis = redis;
  }

  /** @param database number of the Redis database, emptied first. */
  static async open(url: string, database: number): Promise<Geosearch> {
    const redis = new Redis(url, { db: database });
    await redis.flushdb();
    return new Geosearch(redis);
  }

  async apply(moves: Moves, from: number, to: number, outlooks?: Float64Array): Promise<void> {
    this.changes = 0;
    for (let index = from; index < to; index += BATCH) {
      await this.#applyBatch(moves, index, Math.min(to, index + BATCH), outlooks);
    }
  }

  /** Everybody first, officers before citizens; then each officer looks around once. */
  async place(moves: Moves): Promise<void> {
    const { who, latitudes, longitudes, count } = moves;
    for (let from = 0; from < count; from += FIRST_BATCH) {
      const pipeline = this.#redis.pipeline();
      for (let index = from; index < Math.min(count, from + FIRST_BATCH); index++) {
        const person = who[index] as number;
        const [set, member] = person >= 0 ? [OFFICERS, person] : [CITIZENS, ~person];
        pipeline.geoadd(set, longitudes[index] as number, latitudes[index] as number, member);
      }
      await pipeline.exec();
    }
    const officers = who.findIndex((person) => person < 0);
    await this.apply(moves, 0, officers);
  }

  *pairs(): Generator<readonly [number, number]> {
    for (const [officer, citizens] of this.#nearOfficer) for (const citizen of citizens) yield [officer, citizen];
  }

  async otherBytes(): Promise<number> {
    const sizes = [
      await this.#redis.memory('USAGE', OFFICERS, 'SAMPLES', 0),
      await this.#redis.memory('USAGE', CITIZENS, 'SAMPLES', 0),
    ];
    return sizes.reduce<number>((sum, size) => sum + (size ?? 0), 0);
  }

  async otherCpuMicroseconds(): Promise<number> {
    const text = await this.#redis.info('cpu');
    const seconds = (name: string) => Number(text.match(new RegExp(`^${name}:([\\d.]+)`, 'm'))?.[1]);
    return 1e6 * (seconds('used_cpu_user') + seconds('used_cpu_sys'));
  }

  async #applyBatch({ who, latitudes, longitudes }: Moves, from: number, to: number, outlooks?: Float64Array) {
    const pipeline = this.#redis.pipeline();
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      const place = [longitudes[index] as number, latitudes[index] as number] as const;
      if (person >= 0) {
        pipeline.geoadd(OFFICERS, ...place, person);
        pipeline.geosearch(CITIZENS, 'FROMLONLAT', ...place, 'BYRADIUS', LEAVING_METERS, 'm', 'WITHDIST');
      } else {
        pipeline.geoadd(CITIZENS, ...place, ~person);
        // One search, nearest first, tells the pairs and the next officer: a tenth cheaper than one for each.
        const most = REACH_METERS + OUTLOOK_METERS;
        pipeline.geosearch(OFFICERS, 'FROMLONLAT', ...place, 'BYRADIUS', most, 'm', 'ASC', 'WITHDIST');
      }
    }
    const answers = (await pipeline.exec()) ?? [];
    let answer = 0;
    const next = () => {
      const [error, value] = answers[answer++] as [Error | null, unknown];
      if (error) throw error;
      return value as readonly Found[];
    };
    for (let index = from; index < to; index++) {
      const person = who[index] as number;
      next();
      const found = next();
      const beyond = person >= 0 ? -1 : found.findIndex(([, meters]) => Number(meters) > LEAVING_METERS);
      this.#pair(person, beyond < 0 ? found : found.slice(0, beyond));
      if (person >= 0) continue;
      const [nearest] = found;
      if (!outlooks) continue;
      const clear = nearest ? Number(nearest[1]) : REACH_METERS + OUTLOOK_METERS;
      const hasPair = (this.#nearCitizen.get(~person)?.size ?? 0) > 0;
      outlooks[index] = hasPair ? 0 : Math.max(0, clear - REACH_METERS);
    }
  }

  #pair(person: number, found: readonly Found[]): void {
    const [near, nearOther, number] =
      person >= 0 ? [this.#nearOfficer, this.#nearCitizen, person] : [this.#nearCitizen, this.#nearOfficer, ~person];
    const others = near.get(number) ?? new Set();
    const still = new Set<number>();
    for (const [member, meters] of found) {
      const other = Number(member);
      if (others.has(other) || Number(meters) <= REACH_METERS) still.add(other);
    }
    for (const other of others) {
      if (still.has(other)) continue;
      nearOther.get(other)?.delete(number);
      this.changes++;
    }
    for (const other of still) {
      if (others.has(other)) continue;
      const back = nearOther.get(other);
      if (back) back.add(number);
      else nearOther.set(other, new Set([number]));
      this.changes++;
    }
    if (still.size > 0) near.set(number, still);
    else near.delete(number);
  }
}
