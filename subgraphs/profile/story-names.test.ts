import { randomUUID } from 'node:crypto';
import fc from 'fast-check';
import type { Caller } from '../kernel/caller.ts';
import { printGraph } from '../kernel/graph.ts';
import { openTestSubgraph, type TestSubgraph } from '../kernel/testing/harness.ts';
import { type ProfileServices, profile } from './profile.ts';
import { StoryLanguage, shareText } from './story-names.ts';

let subject: TestSubgraph<ProfileServices>;

beforeAll(async () => {
  subject = await openTestSubgraph(profile);
});

afterAll(async () => {
  await subject.close();
});

async function named(role: 'citizen' | 'officer', firstName: string, hidden = false): Promise<string> {
  const accountId = randomUUID();
  const registeredAt = '2026-03-01T12:00:00.000Z';
  await subject.deliver('account.registered', { accountId, roles: [role], departmentName: null, registeredAt });
  const update = 'mutation ($input: UpdateProfileInput!) { updateProfile(input: $input) { profile { id } } }';
  await subject.execute(update, { input: { firstName, hidden } }, { accountId, scopes: [role] });
  return accountId;
}

const text = '{officer} and {citizen} talked. {officer} laughed.';
const storyOf = (officerId: string, citizenId: string) => ({
  __typename: 'Story',
  id: randomUUID(),
  officerId,
  citizenId,
  text,
  publishedAt: '2026-03-01T13:00:00.000Z',
});

const entities = `query ($representations: [_Any!]!) {
  _entities(representations: $representations) {
    ... on Story { officerFirstName citizenFirstName shareText spanish: shareText(language: SPANISH) }
  }
}`;

async function ask(representations: object[], caller?: Caller) {
  const { data, errors } = await subject.execute(entities, { representations }, caller);
  expect(errors).toBeUndefined();
  return data._entities;
}

test('everybody gets the two first names, and nothing to share', async () => {
  const story = storyOf(await named('officer', 'Dana'), await named('citizen', 'Kim'));
  const seen = { officerFirstName: 'Dana', citizenFirstName: 'Kim', shareText: null, spanish: null };
  expect(await ask([story])).toEqual([seen]);
  expect(await ask([story], { accountId: randomUUID(), scopes: ['citizen'] })).toEqual([seen]);
});

test('its two people get the text with the names in it, once it is on the feed', async () => {
  const story = storyOf(await named('officer', 'Dana'), await named('citizen', 'Kim'));
  for (const accountId of [story.officerId, story.citizenId]) {
    const caller: Caller = { accountId, scopes: ['citizen'] };
    const [seen] = await ask([story], caller);
    expect(seen.shareText).toBe('Dana and Kim talked. Dana laughed.\n\nWe met on Hey Blue! #HeyBlue');
    expect(seen.spanish).toContain('Nos conocimos en Hey Blue!');
    expect(await ask([{ ...story, publishedAt: null }], caller)).toMatchObject([{ shareText: null }]);
  }
});

test('whoever hides the profile, gave no name or is not known stays without a name, for all', async () => {
  const story = storyOf(await named('officer', 'Dana', true), randomUUID());
  const [seen] = await ask([story], { accountId: story.officerId, scopes: ['officer'] });
  expect(seen).toMatchObject({ officerFirstName: null, citizenFirstName: null });
  expect(seen.shareText).toMatch(/^A police officer and a neighbor talked\. a police officer laughed\./);
  expect(seen.spanish).toMatch(/^Alguien de la policía and alguien del barrio talked\./);
});

test('many stories are named together, each as its own', async () => {
  const officers = await Promise.all(['Dana', 'Sam', 'Lee'].map((name) => named('officer', name)));
  const citizenId = await named('citizen', 'Kim');
  const seen = await ask([...officers, randomUUID()].map((officerId) => storyOf(officerId, citizenId)));
  expect(seen.map((each: { officerFirstName: string }) => each.officerFirstName)).toEqual(['Dana', 'Sam', 'Lee', null]);
});

test('a story that was brought malformed is without names and harms no other', async () => {
  const story = storyOf(await named('officer', 'Dana'), await named('citizen', 'Kim'));
  const [bad, good] = await ask([{ ...story, officerId: 'nonsense', citizenId: "' or 1=1" }, story]);
  expect(bad).toMatchObject({ officerFirstName: null, citizenFirstName: null });
  expect(good).toMatchObject({ officerFirstName: 'Dana', citizenFirstName: 'Kim' });
});

test('a name stands in the text as it is, whatever is in it', () => {
  fc.assert(
    fc.property(
      fc.oneof(fc.string(), fc.constantFrom('$&', '{citizen}', '$1', '{officer}')),
      fc.oneof(fc.string(), fc.constantFrom('$&', '{citizen}', "$'")),
      (officer, citizen) => {
        const shared = shareText('X {officer}|{citizen}|{officer}|{dog}', StoryLanguage.ENGLISH, { officer, citizen });
        expect(shared.startsWith(`X ${officer}|${citizen}|${officer}|{dog}\n\n`)).toBe(true);
      },
    ),
  );
});

test('what it needs of a story it names, and has no account of its own to tell', () => {
  const sdl = printGraph(profile);
  const story = sdl.slice(sdl.indexOf('type Story @key'));
  const fields = story.slice(0, story.indexOf('\n}'));
  for (const field of ['officerId: ID!', 'citizenId: ID!', 'text: StoryText!', 'publishedAt: DateTime']) {
    expect(fields).toContain(`${field} @external`);
  }
  expect(fields).toContain('officerFirstName: ShortText @requires(fields: "officerId")');
  expect(fields).toContain('citizenFirstName: ShortText @requires(fields: "citizenId")');
});
