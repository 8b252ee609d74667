/*
 * How old a person says to be, in the coarsest terms that the law asks for; no date of birth is kept, of a youth the month
 * in which they certainly are of age. The line at 13 is that of the Children's Online Privacy Protection Act (15 U.S.C.
 * 6501), the one at 18 is majority. Declared once, with the registration. Of a child nothing is kept, also not that one
 * was here.
 */
import { registerEnumType } from 'type-graphql';
import { Refusal } from '../kernel/errors.ts';

export enum AgeBand {
  CHILD = 'child',
  YOUTH = 'youth',
  ADULT = 'adult',
}

registerEnumType(AgeBand, {
  name: 'AgeBand',
  description: 'How old a person says to be.',
  valuesConfig: {
    CHILD: { description: 'Under 13: cannot register.' },
    YOUTH: {
      description:
        "13 to 17: may do nothing without a guardian's consent; never tells a location, is never shown in public. Becomes ADULT by itself.",
    },
    ADULT: { description: '18 or older.' },
  },
});

/** @throws Refusal AGE_RESTRICTED for children. */
export function refuseChildren(ageBand: AgeBand): void {
  if (ageBand === AgeBand.CHILD) {
    throw new Refusal('AGE_RESTRICTED', 'Hey Blue! is for people of 13 years and older.');
  }
}

const CHILD_YEARS = 13;
const ADULT_YEARS = 18;

/**
 * The first day on which a youth of 13 to 17 is 18, whichever day of the month they were born on: the first of a month.
 * Who does not say the month is 13 for what we know.
 * @param birthMonth any day of that month. @returns a day, UTC.
 * @throws Refusal AGE_RESTRICTED for children, BAD_USER_INPUT for who is of age.
 */
export function comingOfAge(birthMonth: string | null | undefined, now: Date): string {
  if (!birthMonth) return firstOfNextMonth(now, ADULT_YEARS - CHILD_YEARS);
  const born = new Date(`${birthMonth.slice(0, 7)}-01T00:00:00Z`);
  if (new Date(born).setUTCFullYear(born.getUTCFullYear() + CHILD_YEARS) > now.getTime()) refuseChildren(AgeBand.CHILD);
  const day = firstOfNextMonth(born, ADULT_YEARS);
  if (day <= now.toISOString().slice(0, 10)) {
    throw new Refusal('BAD_USER_INPUT', 'Whoever was born in input.birthMonth is an adult.');
  }
  return day;
}

function firstOfNextMonth(from: Date, yearsLater: number): string {
  const day = new Date(Date.UTC(from.getUTCFullYear() + yearsLater, from.getUTCMonth() + 1, 1));
  return day.toISOString().slice(0, 10);
}
