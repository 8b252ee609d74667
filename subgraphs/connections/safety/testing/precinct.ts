/* What administrators, identity and people do to keep somebody away, as the tests of safety speak of it. */
import { randomUUID } from 'node:crypto';
import type { TestSubgraph } from '../../../kernel/testing/harness.ts';
import type { ConnectionsServices } from '../../connections.ts';
import { openTown, type Person } from '../../testing/town.ts';
import type { RestraintNews } from '../restraints.ts';

export const administrator = { caller: { accountId: randomUUID(), scopes: ['administrator'] as const } };

/** @param subject yields the subgraph that is asked. */
export function openPrecinct(subject: () => TestSubgraph<ConnectionsServices>) {
  const town = openTown(subject);
  const { ask } = town;

  const block = (who: Person, accountId: string) =>
    ask(
      'mutation ($input: BlockPersonInput!) { blockPerson(input: $input) { blockedPerson { accountId } } }',
      { accountId },
      who,
    );
  const unblock = (who: Person, accountId: string) =>
    ask('mutation ($input: BlockPersonInput!) { unblockPerson(input: $input) { unblocked } }', { accountId }, who);
  const duty = (departmentName: string, onDuty: boolean) =>
    ask(
      'mutation ($input: SetDepartmentDutyInput!) { setDepartmentDuty(input: $input) { department { name onDuty } } }',
      { departmentName, onDuty },
      administrator,
    );
  const save = (input: object) =>
    ask(
      'mutation ($input: SaveExclusionZoneInput!) { saveExclusionZone(input: $input) { zone { id name reason ring archivedAt } } }',
      { name: 'Shelter', reason: 'SHELTER', ...input },
      administrator,
    ) as Promise<{ code?: string; zone: { id: string; ring: number[][] } }>;
  const archive = (zoneId: string) =>
    ask(
      'mutation ($input: ArchiveExclusionZoneInput!) { archiveExclusionZone(input: $input) { zone { id archivedAt } } }',
      { zoneId },
      administrator,
    );
  const around = ({ latitude, longitude }: { latitude: number; longitude: number }, reach = 0.01) => [
    [longitude - reach, latitude - reach],
    [longitude + reach, latitude - reach],
    [longitude + reach, latitude + reach],
    [longitude - reach, latitude + reach],
  ];
  const register = (who: Person, departmentName: string | null, ageBand?: 'youth' | 'adult') =>
    subject().deliver('account.registered', {
      accountId: who.id,
      roles: who.caller.scopes as ['citizen'],
      departmentName,
      ageBand,
      registeredAt: subject().clock.now().toISOString(),
    });
  const suspend = (who: Person, until: Date | null = null, at = subject().clock.now()) =>
    subject().deliver('account.suspended', {
      accountId: who.id,
      until: until?.toISOString() ?? null,
      suspendedAt: at.toISOString(),
    });
  const reinstate = (who: Person, at = subject().clock.now()) =>
    subject().deliver('account.reinstated', { accountId: who.id, reinstatedAt: at.toISOString() });
  const stateOf = async (connectionId: string, who: Person) =>
    (await subject().execute('query ($id: ID!) { connection(id: $id) { state } }', { id: connectionId }, who.caller))
      .data.connection.state;
  const currentWindow = async (officer: Person) =>
    (await subject().execute('{ currentWindow { id } }', {}, officer.caller)).data.currentWindow;
  /** The next news that satisfies `about`, told by the restraints of `of`. */
  const news = (about: (news: RestraintNews) => boolean, of = subject()) =>
    new Promise<RestraintNews>((resolve) => {
      of.services.restraints.changed((each) => about(each) && resolve(each));
    });

  const restraints = () => subject().services.restraints;
  return {
    ...town,
    block,
    unblock,
    duty,
    save,
    archive,
    around,
    register,
    suspend,
    reinstate,
    stateOf,
    currentWindow,
    news,
    restraints,
  };
}
