import { randomUUID } from 'node:crypto';
import type { Caller } from '../../kernel/caller.ts';
import { actingFor, type Marketplace, openMarketplace, somebody } from './testing/marketplace.ts';

let market: Marketplace;

beforeEach(async () => {
  market = await openMarketplace();
});

afterEach(async () => {
  await market.close();
});

const DAY_SECONDS = 86_400;
const members = 'organisation { members { accountId role } }';
const accept = (code: string, caller: Caller) => market.change('acceptInvitation', { code }, caller, members);
const invite = (organisationId: string, caller: Caller, role = 'EDITOR') =>
  market.change('inviteMember', { organisationId, role }, caller);
const remove = (organisationId: string, who: Caller, caller: Caller) =>
  market.change('removeMember', { organisationId, accountId: who.accountId }, caller, members);
const setRole = (organisationId: string, who: Caller, role: string, caller: Caller) =>
  market.change('changeMemberRole', { organisationId, accountId: who.accountId, role }, caller, members);

test('an invitation makes one member, who is told to sessions; the same person again gets the same answer', async () => {
  const { id, owner } = await market.list('retailer');
  const { code, invitation } = await invite(id, owner);
  expect(invitation.role).toBe('EDITOR');
  const person = somebody();
  const joined = await accept(code, person);
  expect(joined.members).toEqual([
    { accountId: owner.accountId, role: 'OWNER' },
    { accountId: person.accountId, role: 'EDITOR' },
  ]);
  expect(await accept(code, person)).toEqual(joined);
  expect(await accept(code, somebody())).toEqual({ code: 'INVITATION_INVALID' });
  expect((await market.subject.recorded('organisation.memberAdded')).map(({ accountId }) => accountId)).toEqual([
    owner.accountId,
    person.accountId,
  ]);
});

test('of forty people who hand in one code at once, one joins', async () => {
  const { id, owner } = await market.list('retailer');
  const { code } = await invite(id, owner);
  const outcomes = await Promise.all(Array.from({ length: 40 }, () => accept(code, somebody())));
  expect(outcomes.filter((outcome) => outcome.members)).toHaveLength(1);
  expect(outcomes.filter((outcome) => outcome.code === 'INVITATION_INVALID')).toHaveLength(39);
});

test('an invitation ends after seven days, when it is withdrawn, and is never told again', async () => {
  const { id, owner } = await market.list('retailer');
  const [late, withdrawn] = [await invite(id, owner), await invite(id, owner)];
  await market.change('withdrawInvitation', { invitationId: withdrawn.invitation.id }, owner, 'invitation { id }');
  expect(await accept(withdrawn.code, somebody())).toEqual({ code: 'INVITATION_INVALID' });
  market.subject.clock.advance(7 * DAY_SECONDS * 1000);
  expect(await accept(late.code, somebody())).toEqual({ code: 'INVITATION_INVALID' });
  expect(await accept('made-up', somebody())).toEqual({ code: 'INVITATION_INVALID' });
  const rows = await market.subject.em().execute('select * from catalog.organisation_invitation');
  expect(JSON.stringify(rows)).not.toContain(late.code);
});

test('owners alone invite and remove; editors and viewers, members of others and strangers do not', async () => {
  const { id, owner } = await market.list('retailer');
  const { owner: other } = await market.list('retailer');
  const editor = await market.join('retailer', id, owner, 'EDITOR');
  const viewer = await market.join('retailer', id, owner, 'VIEWER');
  const forged = actingFor(somebody(), 'retailer', id);
  for (const caller of [editor, viewer, other, forged, somebody()]) {
    expect(await invite(id, caller)).toEqual({ code: 'FORBIDDEN' });
    expect(await remove(id, owner, caller)).toEqual({ code: 'FORBIDDEN' });
    expect(await setRole(id, viewer, 'OWNER', caller)).toEqual({ code: 'FORBIDDEN' });
  }
  const organisation =
    'query ($id: ID!) { organisation(id: $id) { members { role } contact { email } invitations { id } } }';
  expect(await market.ask(organisation, { id }, other)).toMatchObject({ code: 'FORBIDDEN' });
  expect(await market.ask(organisation, { id: randomUUID() }, other)).toMatchObject({ code: 'FORBIDDEN' });
  expect((await market.ask(organisation, { id }, viewer)).organisation).toMatchObject({
    contact: null,
    invitations: null,
  });
  expect((await market.ask(organisation, { id }, owner)).organisation.invitations).toEqual([]);
});

test('whoever was removed may nothing more, although their token still says so', async () => {
  const { id, owner } = await market.list('retailer');
  const editor = await market.join('retailer', id, owner, 'EDITOR');
  const save = (caller: Caller) =>
    market.change('saveRetailer', { retailerId: id, profile: 'New.' }, caller, 'retailer { profile }');
  expect(await save(editor)).toEqual({ profile: 'New.' });
  await remove(id, editor, owner);
  expect(await save(editor)).toEqual({ code: 'FORBIDDEN' });
  expect(await market.subject.recorded('organisation.memberRemoved')).toEqual([
    expect.objectContaining({ organisationId: id, kind: 'retailer', accountId: editor.accountId }),
  ]);
});

test('the last owner stays, also when two owners leave at once; everybody else may leave', async () => {
  const { id, owner } = await market.list('retailer');
  const viewer = await market.join('retailer', id, owner, 'VIEWER');
  expect(await remove(id, owner, owner)).toEqual({ code: 'LAST_OWNER' });
  expect(await setRole(id, owner, 'EDITOR', owner)).toEqual({ code: 'LAST_OWNER' });
  expect((await remove(id, viewer, viewer)).members).toHaveLength(1);
  const second = await market.join('retailer', id, owner, 'OWNER');
  const outcomes = await Promise.all(
    Array.from({ length: 30 }, (_, index) => {
      const who = index % 2 === 0 ? owner : second;
      return index % 4 < 2 ? remove(id, who, who) : setRole(id, who, 'VIEWER', market.administrator);
    }),
  );
  expect(outcomes.some(({ code }) => code === 'LAST_OWNER')).toBe(true);
  const rows = await market.subject
    .em()
    .execute("select role from catalog.organisation_member where organisation_id = ? and role = 'OWNER'", [id]);
  expect(rows).toHaveLength(1);
});

test('an organisation has at most twenty open invitations', async () => {
  const { id, owner } = await market.list('retailer');
  const outcomes = await Promise.all(Array.from({ length: 30 }, () => invite(id, owner)));
  expect(outcomes.filter(({ code }) => code === 'LIMIT_REACHED')).toHaveLength(10);
});

test('owners change whom to write to, at their domain; the name in law is for administrators', async () => {
  const { id: organisationId, owner } = await market.list('retailer');
  const editor = await market.join('retailer', organisationId, owner, 'EDITOR');
  const answer = 'organisation { legalName webDomain version contact { name email } }';
  const save = (terms: object, caller: Caller) =>
    market.change('saveOrganisation', { organisationId, ...terms }, caller, answer);
  const { webDomain, version } = await save({}, owner);
  const contact = { name: 'Sam', email: `sam@${webDomain}` };
  expect(await save({ contact, expectedVersion: version }, owner)).toMatchObject({ contact, version: version + 1 });
  expect(await save({ contact, expectedVersion: version }, owner)).toEqual({ code: 'CHANGED_MEANWHILE' });
  expect(await save({ contact: { name: 'Sam', email: 'sam@gmail.com' } }, owner)).toEqual({ code: 'BAD_USER_INPUT' });
  expect(await save({ contact }, editor)).toEqual({ code: 'FORBIDDEN' });
  expect(await save({ legalName: 'Another' }, owner)).toEqual({ code: 'FORBIDDEN' });
  expect(await save({ legalName: 'Another' }, market.administrator)).toMatchObject({ legalName: 'Another', contact });
});

test('the open invitations of an owner who is removed, or is none any more, are good for nobody', async () => {
  const { id, owner } = await market.list('retailer');
  for (const dismiss of [(who: Caller) => remove(id, who, owner), (who: Caller) => setRole(id, who, 'EDITOR', owner)]) {
    const other = await market.join('retailer', id, owner, 'OWNER');
    const [theirs, ours] = [await invite(id, other, 'OWNER'), await invite(id, owner)];
    await dismiss(other);
    expect(await accept(theirs.code, somebody())).toEqual({ code: 'INVITATION_INVALID' });
    expect((await accept(ours.code, somebody())).members).toBeDefined();
  }
});

test('the role of a member is told with every change, and who only looks leaves by themselves', async () => {
  const { id, owner } = await market.list('retailer');
  const { accountId } = await market.join('retailer', id, owner, 'EDITOR');
  const person: Caller = {
    accountId: accountId ?? '',
    scopes: ['citizen', 'retailer'],
    organisations: [`retailer:${id}`, `viewer:${id}`],
  };
  await setRole(id, person, 'VIEWER', owner);
  await setRole(id, person, 'VIEWER', owner);
  const told = await market.subject.recorded('organisation.memberAdded');
  expect(told.map(({ role }) => role)).toEqual(['OWNER', 'EDITOR', 'VIEWER']);
  const pull = {
    kind: 'OFFERS',
    organisationId: id,
    url: 'https://mine.example/offers.csv',
    everyHours: 24,
  };
  expect(await market.change('createTablePull', pull, person, 'pull { id }')).toEqual({ code: 'FORBIDDEN' });
  expect((await remove(id, person, person)).members).toHaveLength(1);
});
