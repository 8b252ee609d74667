/* What happened to a voucher, as its owner and administrators see it. */
import { Field, ObjectType, registerEnumType } from 'type-graphql';
import type { Call } from '../../kernel/call.ts';
import { DateTime, Text } from '../../kernel/scalars.ts';
import { VoucherStatus } from './voucher.ts';

export enum VoucherActor {
  OWNER = 'OWNER',
  TILL = 'TILL',
  MEMBER = 'MEMBER',
  ADMINISTRATOR = 'ADMINISTRATOR',
  TERMINAL = 'TERMINAL',
  SYSTEM = 'SYSTEM',
}

registerEnumType(VoucherActor, {
  name: 'VoucherActor',
  description: 'Who did something to a voucher.',
  valuesConfig: {
    OWNER: { description: 'Whose it is.' },
    TILL: { description: 'The retailer, by its key.' },
    MEMBER: { description: 'Somebody who acts for the retailer.' },
    ADMINISTRATOR: { description: 'An administrator.' },
    TERMINAL: { description: 'A till that had been cut off and told us later.' },
    SYSTEM: { description: 'Nobody: time passed.' },
  },
});

@ObjectType({ description: 'Something that happened to a voucher.' })
export class VoucherEvent {
  @Field(() => VoucherStatus, { description: 'In which state it was afterwards.' })
  status!: VoucherStatus;

  @Field(() => VoucherActor, { description: 'Who did it.' })
  actor!: VoucherActor;

  @Field(() => DateTime, { description: 'When.' })
  happenedAt!: Date;

  @Field(() => Text, { nullable: true, description: 'Why, where somebody said so.' })
  reason!: string | null;
}

const EVENTS_SHOWN = 50;

/** The latest events of each voucher. */
export async function loadVoucherEvents(voucherIds: readonly string[], call: Call): Promise<VoucherEvent[][]> {
  const rows = await call.em.execute<
    { voucher_id: string; to_state: string; actor: string; happened_at: string; reason: string | null }[]
  >(
    `select e.* from unnest(cast(? as uuid[])) as v(id), lateral
       (select * from rewards.voucher_event e where e.voucher_id = v.id order by e.sequence desc limit ?) e
     order by e.voucher_id, e.sequence desc`,
    [`{${voucherIds.join(',')}}`, EVENTS_SHOWN],
  );
  const events = rows.map((row) => ({
    voucherId: row.voucher_id,
    status: row.to_state.toUpperCase() as VoucherStatus,
    actor: row.actor.toUpperCase() as VoucherActor,
    happenedAt: new Date(row.happened_at),
    reason: row.reason,
  }));
  const byVoucher = Map.groupBy(events, ({ voucherId }) => voucherId);
  return voucherIds.map((id) => byVoucher.get(id) ?? []);
}
