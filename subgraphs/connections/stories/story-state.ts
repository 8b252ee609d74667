/* The life of a story, from the proposal of one of the two to the feed and off it. Words of the graph, kept apart from the row. */
import { registerEnumType } from 'type-graphql';

export enum StoryState {
  PROPOSED = 'proposed',
  WAITING = 'waiting',
  HELD = 'held',
  PUBLISHED = 'published',
  TAKEN_DOWN = 'taken_down',
  REFUSED = 'refused',
}

registerEnumType(StoryState, {
  name: 'StoryState',
  description: 'How far a story has come.',
  valuesConfig: {
    PROPOSED: { description: 'One of the two has written it; the other has not consented yet.' },
    WAITING: { description: 'Both have consented; the delay that the officer chose runs.' },
    HELD: { description: 'An administrator reads it before it is shown, or shown again.' },
    PUBLISHED: { description: 'On the feed, for everybody.' },
    TAKEN_DOWN: { description: 'One of the two has withdrawn or declined, or the meeting does not count. Final.' },
    REFUSED: { description: 'An administrator has refused it. Final.' },
  },
});

export const isFinal = (state: StoryState) => state === StoryState.TAKEN_DOWN || state === StoryState.REFUSED;

export enum StoryDelay {
  NONE = 0,
  FIVE_MINUTES = 5,
  TEN_MINUTES = 10,
}

registerEnumType(StoryDelay, {
  name: 'StoryDelay',
  description: 'How long a story waits after the second consent before it is shown, so that the officer has moved on.',
  valuesConfig: {
    NONE: { description: 'Not at all.' },
    FIVE_MINUTES: { description: 'Five minutes.' },
    TEN_MINUTES: { description: 'Ten minutes.' },
  },
});

/** Why a story waits for an administrator. */
export enum StoryHoldCause {
  RULES = 'rules',
  REPORTS = 'reports',
  CONNECTION = 'connection',
  SUSPENSION = 'suspension',
}

registerEnumType(StoryHoldCause, {
  name: 'StoryHoldCause',
  description: 'Why a story waits for an administrator.',
  valuesConfig: {
    RULES: { description: 'Its text matches rules; they are named.' },
    REPORTS: { description: 'Several accounts have reported it.' },
    CONNECTION: {
      description:
        'When it was to be shown, the meeting was under review, or one of the two may not be shown or has blocked the other.',
    },
    SUSPENSION: {
      description:
        'One of the two is suspended. It waits for the end of that and not for a decision; shown again by itself.',
    },
  },
});

export enum StoryDecision {
  PUBLISH = 'publish',
  REFUSE = 'refuse',
}

registerEnumType(StoryDecision, {
  name: 'StoryDecision',
  description: 'What an administrator decides about a story.',
  valuesConfig: {
    PUBLISH: { description: 'It is shown, once its delay is over.' },
    REFUSE: { description: 'It is never shown (again).' },
  },
});

export enum StoryReportReason {
  PERSONAL_DATA = 'personal_data',
  HARASSMENT = 'harassment',
  UNTRUE = 'untrue',
  OTHER = 'other',
}

registerEnumType(StoryReportReason, {
  name: 'StoryReportReason',
  description: 'What is wrong with a story, in the eyes of who reports it.',
  valuesConfig: {
    PERSONAL_DATA: { description: 'It tells who or where somebody is.' },
    HARASSMENT: { description: 'It hurts or threatens somebody.' },
    UNTRUE: { description: 'It did not happen so.' },
    OTHER: { description: 'Something else.' },
  },
});

export enum StoryChangeKind {
  PUBLISHED = 'published',
  TAKEN_DOWN = 'taken_down',
}

registerEnumType(StoryChangeKind, {
  name: 'StoryChangeKind',
  description: 'What happened on the feed.',
  valuesConfig: {
    PUBLISHED: { description: 'A story is shown.' },
    TAKEN_DOWN: { description: 'A story is not shown any more: forget it.' },
  },
});
