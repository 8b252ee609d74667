/*
 * What a person gets to see when a connection was confirmed: a quote about meeting, and now and then a trophy. Decided
 * by the number of the connection alone, so that it is the same on every screen and after every rebuild. Trophies are
 * a person's own; there is no ranking of officers by contacts, here or anywhere.
 */
import { createHash } from 'node:crypto';
import { Directive, Field, ID, Int, ObjectType } from 'type-graphql';
import { DateTime, ShortText, Text } from '../kernel/scalars.ts';

@ObjectType({ description: 'A sentence about meeting one another.' })
export class Quote {
  @Field(() => Text, { description: 'The sentence.' })
  text!: string;

  @Field(() => ShortText, { description: 'Who said or wrote it.' })
  author!: string;
}

@ObjectType({ description: "A trophy for one's own shelf." })
export class Trophy {
  @Field(() => ShortText, { description: 'Its name.' })
  name!: string;

  @Field(() => Int, { description: 'The number of connections it stands for.' })
  connections!: number;
}

@ObjectType({ description: 'What a person gets to see when a connection was confirmed.' })
export class Celebration {
  @Field(() => ID, { description: 'The connection that is celebrated.' })
  connectionId!: string;

  @Field(() => Int, { description: "Which of the person's connections it was: 1 for the first." })
  number!: number;

  @Field(() => Trophy, { nullable: true, description: 'The trophy earned with it, if this number earns one.' })
  trophy!: Trophy | null;

  @Field(() => Quote, { description: 'A quote about connection.' })
  quote!: Quote;

  @Field(() => DateTime, { description: 'When the connection was confirmed.' })
  confirmedAt!: Date;
}

@ObjectType()
@Directive('@key(fields: "id")')
export class Connection {
  @Field(() => ID)
  id!: string;
}

export const trophies: readonly Trophy[] = [
  { connections: 1, name: 'First Hello' },
  { connections: 5, name: 'Familiar Face' },
  { connections: 10, name: 'Good Neighbor' },
  { connections: 25, name: 'Bridge Builder' },
  { connections: 50, name: 'Heart of the Block' },
  { connections: 100, name: 'Hundred Handshakes' },
];

// All in the public domain.
export const quotes: readonly Quote[] = [
  { text: 'The only way to have a friend is to be one.', author: 'Ralph Waldo Emerson' },
  { text: 'No act of kindness, no matter how small, is ever wasted.', author: 'Aesop' },
  { text: 'Alone we can do so little; together we can do so much.', author: 'Helen Keller' },
  { text: 'If I can stop one heart from breaking, I shall not live in vain.', author: 'Emily Dickinson' },
  { text: 'What do we live for, if it is not to make life less difficult to each other?', author: 'George Eliot' },
  { text: 'No man is an island, entire of itself.', author: 'John Donne' },
  { text: 'Wherever there is a human being, there is an opportunity for a kindness.', author: 'Seneca' },
];

/** The celebration of a person's `number`-th connection; the quote follows from both ids, so the two may see different ones. */
export function celebrate(record: {
  accountId: string;
  connectionId: string;
  number: number;
  confirmedAt: Date;
}): Celebration {
  const draw = createHash('sha256').update(record.accountId).update(record.connectionId).digest().readUInt32BE();
  return Object.assign(new Celebration(), {
    connectionId: record.connectionId,
    number: record.number,
    confirmedAt: record.confirmedAt,
    trophy: trophies.find(({ connections }) => connections === record.number) ?? null,
    quote: quotes[draw % quotes.length],
  });
}
