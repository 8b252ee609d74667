/* How the cache knows what belongs to meeting: codes and celebrations by what they are for, the rest by what holds it. */
import type { GraphOptions } from '../../graph/graph.ts';

const parts = ['ConnectionPage', 'ConnectionEdge', 'Trophy', 'Quote', 'BlockedPerson'] as const;

export const meetKeys: GraphOptions['cache']['keys'] = {
  ...Object.fromEntries(parts.map((name) => [name, () => null])),
  MeetingCode: ({ subjectId }) => String(subjectId),
  Celebration: ({ connectionId }) => String(connectionId),
};
