/*
 * What is posted: half of it gives a random person points, which makes a lot; half of it spends some at a shop, which takes
 * from the lots that run out first. Ids and keys are as the domain makes them: ids in the order of time, keys of an award by
 * its connection, keys of a redemption by its person. As scripts of pgbench, as a task of a client, and a hundred in one call.
 */
import type { Client } from 'pg';
import { v7 } from 'uuid';
import type { Task } from './clients.ts';
import { PEOPLE, personId, RETAILERS, retailerId } from './server.ts';

const NOBODY = '00000000-0000-0000-0000-000000000000';
const [EARNED, SPENT] = [20, 15];
/** How many postings one call of the batched path carries. */
export const BATCH = 100;

const script = (
  key: string,
  from: string,
  to: string,
  amount: number,
  end: string,
) => `\\set person random(1, ${PEOPLE})
\\set shop random(1, ${RETAILERS})
select * from rewards.post(uuidv7(), 'bench', ${key} || ' ' || uuidv7(), '', null, now(), ${end}, null, null,
  ${from}, ${to}, array[${amount}::bigint]);
`;
const account = (kind: string, id: string) => `array['${kind}'], array[${id}::uuid]`;
const numbered = (middle: string, name: string) =>
  `('00000000-0000-4000-${middle}-' || lpad((:${name})::text, 12, '0'))`;

export const scripts = [
  script(
    "'award'",
    account('issuance', `'${NOBODY}'`),
    account('person', numbered('8000', 'person')),
    EARNED,
    "now() + interval '2 years'",
  ),
  script(
    `'redeem ' || ${numbered('8000', 'person')}`,
    account('person', numbered('8000', 'person')),
    account('retailer', numbered('9000', 'shop')),
    SPENT,
    'null',
  ),
] as const;

const upTo = (most: number) => 1 + Math.floor(Math.random() * most);
const inTwoYears = () => new Date(Date.now() + 730 * 86_400_000);

function somePosting(earns: boolean) {
  const [person, shop] = [personId(upTo(PEOPLE)), retailerId(upTo(RETAILERS))];
  return {
    id: v7(),
    kind: 'bench',
    business_key: earns ? `award ${v7()}` : `redeem ${person} ${v7()}`,
    fingerprint: '',
    rule_version: null,
    lot_expires_at: earns ? inTwoYears() : null,
    reverses: null,
    from_kinds: [earns ? 'issuance' : 'person'],
    from_owners: [earns ? NOBODY : person],
    to_kinds: [earns ? 'person' : 'retailer'],
    to_owners: [earns ? person : shop],
    amounts: [earns ? EARNED : SPENT],
  };
}

/** One posting in a round trip. */
export const onePosting: Task = async (client: Client) => {
  const one = somePosting(Math.random() < 0.5);
  await client.query({
    name: 'post',
    text: `select * from rewards.post($1, $2, $3, $4, $5, $6, $7, null, null, $8::text[], $9::uuid[], $10::text[], $11::uuid[], $12::bigint[])`,
    values: [
      one.id,
      one.kind,
      one.business_key,
      one.fingerprint,
      one.rule_version,
      new Date(),
      one.lot_expires_at,
      one.from_kinds,
      one.from_owners,
      one.to_kinds,
      one.to_owners,
      one.amounts,
    ],
  });
  return 1;
};

/** A hundred postings in a round trip. */
export const manyPostings: Task = async (client: Client) => {
  const postings = Array.from({ length: BATCH }, (_, index) => somePosting(index % 2 === 0));
  await client.query({
    name: 'post all',
    text: 'select posted_id, fresh from rewards.post_all($1::jsonb, $2) order by place',
    values: [JSON.stringify(postings), new Date()],
  });
  return BATCH;
};
