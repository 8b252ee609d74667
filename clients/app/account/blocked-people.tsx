/* Whom the person has blocked, and the way to take it back. */
import { useLingui } from '@lingui/react';
import { useMutation } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { PeopleBlockedDocument, type PeopleBlockedQuery, UnblockDocument } from '../generated/graphql.ts';
import { Back } from './back.tsx';
import { nameOf } from './names.ts';
import { NeedsAccount } from './needs-account.tsx';

type Blocked = PeopleBlockedQuery['blockedPeople']['edges'][number]['node'];

export function BlockedPeople() {
  const { i18n } = useLingui();
  return (
    <>
      <Back />
      <ScreenTitle>{i18n._('People you blocked')}</ScreenTitle>
      <p className="quiet">
        {i18n._('You do not find each other and cannot ask each other. They are not told, neither now nor later.')}
      </p>
      <NeedsAccount>
        <List />
      </NeedsAccount>
    </>
  );
}

function List() {
  const { i18n } = useLingui();
  const tell = useNotice();
  const list = usePaged(PeopleBlockedDocument, {}, ({ blockedPeople }) => blockedPeople);
  const [{ fetching, error }, unblock] = useMutation(UnblockDocument);
  const free = async (accountId: string, name: string) => {
    const { error: refused } = await unblock({ input: { accountId } });
    if (refused) return;
    tell(i18n._('{name} is not blocked any more.', { name }));
    list.reload();
  };
  const nobody = (
    <Empty title={i18n._('You have blocked nobody')}>
      <p>{i18n._('You can block whoever you met or see nearby, from their card.')}</p>
      <Link href="/account/report" className="button">
        {i18n._('People you met')}
      </Link>
    </Empty>
  );
  return (
    <>
      {error && <Note tone="bad">{explain(error, i18n)}</Note>}
      <PagedList list={list} idOf={({ accountId }) => accountId} empty={nobody}>
        {(person) => <BlockedPerson person={person} busy={fetching} onUnblock={free} />}
      </PagedList>
    </>
  );
}

interface BlockedPersonProperties {
  readonly person: Blocked;
  readonly busy: boolean;
  onUnblock(accountId: string, name: string): void;
}

function BlockedPerson({ person, busy, onUnblock }: BlockedPersonProperties) {
  const { i18n } = useLingui();
  const { day } = useFormats();
  const { accountId, officer, citizen, blockedAt } = person;
  const name = nameOf(officer, citizen, i18n);
  return (
    <article className="card">
      <div className="row" data-spread="">
        <div>
          <h2>{name}</h2>
          <p className="quiet small">
            {[officer?.departmentName, i18n._('since {day}', { day: day(blockedAt) })].filter(Boolean).join(' · ')}
          </p>
        </div>
        <Button aria-label={i18n._('Unblock {name}', { name })} busy={busy} onClick={() => onUnblock(accountId, name)}>
          {i18n._('Unblock')}
        </Button>
      </div>
    </article>
  );
}
