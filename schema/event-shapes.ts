/* What an event is made of: how one is defined, and the shapes that bodies have in common. */
import { z } from 'zod';
import type { SubgraphName } from './events.ts';

export const id = z.uuid();
export const instant = z.iso.datetime();
export const zipCode = z.string().regex(/^\d{5}$/);
export const points = z.int().positive();

export interface EventDefinition<Body extends z.ZodObject = z.ZodObject> {
  readonly producer: SubgraphName;
  /** The field of the body whose value orders the events. */
  readonly key: keyof z.infer<Body> & string;
  readonly body: Body;
  /** Of facts about who goes where: after so many days no log holds them any more. Absent: they are history. */
  readonly keptDays?: number;
}

export const define = <Body extends z.ZodObject>(definition: EventDefinition<Body>) => definition;
