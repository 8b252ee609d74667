/* The reporting domain: what happened, by day and place, without anybody's name or id. It only listens. */
import type { SubgraphDefinition } from '../kernel/subgraph.ts';
import { recordFact } from './fact.ts';
import { migrations } from './migrations.ts';
import { ReportResolver } from './report.resolver.ts';

export const reporting: SubgraphDefinition<undefined> = {
  name: 'reporting',
  resolvers: [ReportResolver],
  entities: [],
  migrations,
  references: {},
  consumes: {
    'connection.confirmed': ({ body }, work) =>
      recordFact(work, { ...body, kind: 'connection', id: body.connectionId, happenedAt: body.confirmedAt }),
    'connection.clawedBack': ({ body }, work) =>
      recordFact(work, { ...body, kind: 'claw_back', id: body.connectionId, happenedAt: body.confirmedAt }),
    'points.awarded': ({ body }, work) =>
      recordFact(work, {
        ...body,
        kind: 'award',
        id: body.transactionId,
        part: body.role,
        happenedAt: body.awardedAt,
      }),
    'voucher.issued': ({ body }, work) =>
      recordFact(work, { ...body, kind: 'spending', id: body.voucherId, happenedAt: body.issuedAt }),
    'voucher.redeemed': ({ body }, work) =>
      recordFact(work, { ...body, kind: 'redemption', id: body.voucherId, happenedAt: body.redeemedAt }),
    'voucher.refunded': async ({ body }, work) => {
      const { voucherId, reversedTransactionId, issuedAt, zipCode } = body;
      await recordFact(work, { kind: 'refund', id: voucherId, happenedAt: issuedAt, zipCode });
      await recordFact(work, { kind: 'reversal', id: reversedTransactionId, happenedAt: issuedAt, zipCode });
    },
    'points.reversed': ({ body }, work) =>
      recordFact(work, { kind: 'reversal', id: body.reversesId, happenedAt: body.reversedAt, zipCode: null }),
    'scheme.settled': ({ body }, work) =>
      recordFact(work, { ...body, kind: 'fee', id: body.claimId, happenedAt: body.settledAt }),
    'points.donated': ({ body }, work) =>
      recordFact(work, { ...body, kind: 'donation', id: body.donationId, happenedAt: body.donatedAt }),
  },
  open: async () => undefined,
};
