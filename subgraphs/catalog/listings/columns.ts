/*
 * What listings have in common: a column with its field on the graph, said once. Decorators, because fields inherited from a
 * base class would stand before all others in the SDL, whose order is kept; what no field shows is inherited.
 */
import { PrimaryKey, Property } from '@mikro-orm/decorators/legacy';
import { Field, ID } from 'type-graphql';
import { ShortText, Version, WebAddress } from '../../kernel/scalars.ts';

type Decorator = (target: object, key: string) => void;

function all(...decorators: readonly unknown[]): Decorator {
  return (target, key) => {
    for (const decorate of decorators) (decorate as Decorator)(target, key);
  };
}

/** @param noun what it is the id of, in words. */
export const Id = (noun: string) =>
  all(
    Field(() => ID, { description: `The id of the ${noun}.` }),
    PrimaryKey({ type: 'uuid' }),
  );

export const Name = () =>
  all(
    Field(() => ShortText, { description: 'Its name.' }),
    Property({ type: 'text' }),
  );

export const StateCode = () =>
  all(
    Field(() => ShortText, { description: 'Two-letter code of the state.' }),
    Property({ type: 'text' }),
  );

const address = (description: string) => () =>
  all(
    Field(() => WebAddress, { nullable: true, description }),
    Property({ type: 'text', nullable: true }),
  );

export const WebUrl = address('Where it is on the web.');
export const PictureUrl = address('A picture of it.');

export const Versioned = () =>
  all(
    Field(() => Version, { description: 'Counts its changes; a change may say which it is about.' }),
    Property({ type: 'integer' }),
  );

/** What is listed in the name of an organisation, and goes off the lists with it. */
export abstract class OfOrganisation {
  @Property({ type: 'datetime', nullable: true })
  suspendedAt?: Date | null;

  @Property({ type: 'datetime', nullable: true })
  archivedAt?: Date | null;
}
