/*
 * What is told in this benchmark: an alert for one, a story for all, and the graph they belong to. Every server sends the
 * same bytes for them.
 */
import { composeSupergraph } from '../../schema/compose.ts';

const sdl = `extend schema @link(url: "https://specs.apollo.dev/federation/v2.9", import: ["@key", "@shareable"])
  type Query { ready: Boolean }
  type Subscription { proximityAlerts: ProximityAlert! storyFeedChanges: Story! }
  type ProximityAlert { officer: Officer! state: AlertState! cell: Position! distance: String! windowClosesAt: String! }
  enum AlertState { ENTERED LEFT }
  type Officer @key(fields: "id") { id: ID! firstName: String }
  type Position { latitude: Float! longitude: Float! }
  type Story { id: ID! text: String! publishedAt: String! officer: Officer }`;

export const compose = () => composeSupergraph({ connections: sdl }, { connections: 'http://nowhere/graphql' });

export const ALERTS =
  'subscription Alerts { proximityAlerts { officer { id firstName } state cell { latitude longitude } distance windowClosesAt } }';
export const STORIES = 'subscription Stories { storyFeedChanges { id text publishedAt officer { id firstName } } }';

/** A new object each time, as from a message that was parsed. */
export const alert = () => ({
  proximityAlerts: {
    officer: { id: '019a0000-0000-7000-8000-000000000001', firstName: 'Sam' },
    state: 'ENTERED',
    cell: { latitude: 30.267153, longitude: -97.743057 },
    distance: 'WITHIN_250_METERS',
    windowClosesAt: '2026-03-01T12:15:00.000Z',
  },
});

export const story = () => ({
  storyFeedChanges: {
    id: '019a0000-0000-7000-8000-000000000002',
    text: 'We met at the market and talked about the new playground; she plays chess there on Sundays.',
    publishedAt: '2026-03-01T12:15:00.000Z',
    officer: { id: '019a0000-0000-7000-8000-000000000001', firstName: 'Sam' },
  },
});

/** The message that tells `data` to the operation `id`, as our gateway words it. */
export const nextText = (data: object, id: string) =>
  `{"type":"next","payload":${JSON.stringify({ data })},"id":"${id}"}`;

/** Any id has this length: clients of graphql-ws choose UUIDs. */
export const ANY_ID = '019a0000-0000-7000-8000-000000000003';
