/*
 * All that a suspension does where people meet, in one transaction: what the person has under way ends, nothing new
 * begins, gatherings are called off, stories leave the feed. Begun by identity's fact, or here by the decision about a
 * report, whose fact comes back from identity and is then the one that counts.
 */
import type { EventBody } from '../../../schema/events.ts';
import type { UnitOfWork } from '../../kernel/unit-of-work.ts';
import { endGatheringsOf } from '../gatherings/parting.ts';
import { hideStoriesOf } from '../stories/publication.ts';
import { takeInSuspension } from './person.ts';

/** Of a fact that identity has overtaken with a later one, nothing follows. */
export async function suspendHere(work: UnitOfWork, fact: EventBody<'account.suspended'>): Promise<void> {
  await takeInSuspension(fact, work);
  await endGatheringsOf(work, fact.accountId);
  await hideStoriesOf(work, fact.accountId);
}
