/* What people, or the system itself, report of somebody: the one word of it that is told further, also to who is reported. */
import { registerEnumType } from 'type-graphql';

export enum PersonReportReason {
  HARASSMENT = 'harassment',
  THREAT = 'threat',
  DISCRIMINATION = 'discrimination',
  IMPERSONATION = 'impersonation',
  FRAUD = 'fraud',
  SUSPECTED_STALKING = 'suspected_stalking',
  OTHER = 'other',
}

registerEnumType(PersonReportReason, {
  name: 'PersonReportReason',
  description: 'What a report of a person is about.',
  valuesConfig: {
    HARASSMENT: { description: 'Unwanted advances, insults, pestering.' },
    THREAT: { description: 'Violence, or words that announce it.' },
    DISCRIMINATION: { description: 'Treated worse for who they are.' },
    IMPERSONATION: { description: 'Somebody else came than the account says.' },
    FRAUD: { description: 'A connection that was none, or anything else to gain by deceit.' },
    SUSPECTED_STALKING: { description: 'Follows one person; the system reports this too.' },
    OTHER: { description: 'Anything else; the text says what.' },
  },
});
