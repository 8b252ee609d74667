/*
 * How old a person says to be, in the coarsest terms that the law asks for; no date of birth is kept. The line at 13 is
 * that of the Children's Online Privacy Protection Act (15 U.S.C. 6501), the one at 18 is majority. Declared once, with
 * the registration. Of a child nothing is kept, also not that one was here.
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
        "13 to 17: may do nothing before a guardian's consent is recorded; never tells a location, is never shown in public.",
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
