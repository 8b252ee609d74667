/*
 * One transaction of the books: found by its id, its postings in words, and undoing it by hand where it has no way of its
 * own. What follows is said from the postings themselves, before it is done.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import {
  LedgerTransactionDocument,
  type LedgerTransactionQuery,
  ReverseTransactionDocument,
} from '../generated/graphql.ts';
import { AccountName, shortId } from '../shell/account-name.tsx';
import { useWords } from '../shell/choice.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';
import { FindById, isId } from '../shell/find-by-id.tsx';
import { accountKindWords, ownWayWords, transactionKindWords } from './ledger-words.ts';
import { TransactionLink } from './transaction-link.tsx';

type Transaction = NonNullable<LedgerTransactionQuery['ledgerTransaction']>;
type Posting = Transaction['postings'][number];

export function FindTransaction() {
  const { i18n } = useLingui();
  return (
    <FindById
      label={i18n._('Id of the transaction')}
      hint={i18n._(
        'It stands in the settlement files of charities and municipalities. Settlements, and what was done by hand, lead to their transactions too.',
      )}
      action={i18n._('Show')}
      path="/ledger/transactions"
    />
  );
}

export function TransactionScreen({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const couldBe = isId(id);
  const [{ data, error, fetching }, ask] = useQuery({
    query: LedgerTransactionDocument,
    variables: { id },
    pause: !couldBe,
  });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <>
      <Link href="/ledger">{i18n._('Back to the ledger')}</Link>
      <ScreenTitle>{i18n._('Transaction {id}', { id: shortId(id) })}</ScreenTitle>
      {couldBe ? (
        <Answer data={data} error={error} fetching={fetching} retry={again}>
          {({ ledgerTransaction }) =>
            ledgerTransaction ? <Shown transaction={ledgerTransaction} onUndone={again} /> : <NoSuch />
          }
        </Answer>
      ) : (
        <NoSuch />
      )}
    </>
  );
}

function NoSuch() {
  const { i18n } = useLingui();
  return (
    <Empty title={i18n._('There is no such transaction')}>
      <p>{i18n._('Look at the id again: each of its characters counts.')}</p>
    </Empty>
  );
}

function Shown({ transaction, onUndone }: { readonly transaction: Transaction; onUndone(): void }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [isAsked, setAsked] = useState(false);
  const kinds = useWords(transactionKindWords);
  const amount = useAmount();
  const { id, kind, happenedAt, reversesId, reversedById, reversible, postings } = transaction;
  return (
    <>
      <p className="quiet number">{id}</p>
      <p>
        {reversedById ? <Badge tone="warn">{i18n._('Undone')}</Badge> : <Badge tone="good">{i18n._('Stands')}</Badge>}
      </p>
      <Facts
        entries={[
          [i18n._('What'), kinds[kind]],
          [i18n._('When'), instant(happenedAt)],
          [
            i18n._('Undoes'),
            reversesId && (
              <TransactionLink key="undoes" id={reversesId}>
                {i18n._('Transaction {id}', { id: shortId(reversesId) })}
              </TransactionLink>
            ),
          ],
          [
            i18n._('Undone by'),
            reversedById && (
              <TransactionLink key="undone" id={reversedById}>
                {i18n._('Transaction {id}', { id: shortId(reversedById) })}
              </TransactionLink>
            ),
          ],
        ]}
      />
      <Table label={i18n._('Postings')} heads={[i18n._('Line'), i18n._('From'), i18n._('To'), i18n._('How much')]}>
        {postings.map((posting) => (
          <tr key={posting.line}>
            <th scope="row">{posting.line}</th>
            <td>
              <Holder kind={posting.fromKind} id={posting.fromId} />
            </td>
            <td>
              <Holder kind={posting.toKind} id={posting.toId} />
            </td>
            <td className="number">{amount(posting)}</td>
          </tr>
        ))}
      </Table>
      {reversible ? (
        <div>
          <Button look="danger" onClick={() => setAsked(true)}>
            {i18n._('Undo it')}
          </Button>
        </div>
      ) : (
        !reversedById && <OwnWay kind={kind} />
      )}
      {isAsked && <Undoing transaction={transaction} onDone={onUndone} onClose={() => setAsked(false)} />}
    </>
  );
}

function OwnWay({ kind }: Pick<Transaction, 'kind'>) {
  const ways = useWords(ownWayWords);
  return <Note>{ways[kind]}</Note>;
}

interface UndoingProperties {
  readonly transaction: Transaction;
  onDone(): void;
  onClose(): void;
}

function Undoing({ transaction: { id, postings }, onDone, onClose }: UndoingProperties) {
  const { i18n } = useLingui();
  // Kept until it is answered: the same wish is never carried out twice.
  const [idempotencyKey] = useState(() => crypto.randomUUID());
  const accounts = useWords(accountKindWords);
  const amount = useAmount();
  return (
    <Decision
      document={ReverseTransactionDocument}
      variables={(reason) => ({ input: { transactionId: id, reason, idempotencyKey } })}
      title={i18n._('Undo this transaction?')}
      consequence={i18n._(
        'It is undone once and for all: nobody can undo that again. People who get points back see it in their history. Who did it, and the reason, is kept for administrators.',
      )}
      action={i18n._('Undo it')}
      danger
      done={i18n._('The transaction is undone.')}
      onDone={onDone}
      onClose={onClose}
    >
      <ul className="stack small">
        {postings.map((posting) => (
          <li key={posting.line}>
            {i18n._('Back go {amount}: {from} → {to}', {
              amount: amount(posting),
              from: `${accounts[posting.toKind]} ${shortId(posting.toId)}`,
              to: `${accounts[posting.fromKind]} ${shortId(posting.fromId)}`,
            })}
          </li>
        ))}
      </ul>
    </Decision>
  );
}

/** Whose account of the books it is; people by the name that the console has for them. */
function Holder({ kind, id }: { readonly kind: Posting['fromKind']; readonly id: string }) {
  const accounts = useWords(accountKindWords);
  const places: Partial<Record<Posting['fromKind'], string>> = {
    RETAILER: `/retailers/${id}`,
    CHARITY: `/charities/${id}`,
    MUNICIPALITY: `/municipalities/${id}`,
  };
  const place = places[kind];
  if (kind === 'PERSON') return <AccountName id={id} />;
  return (
    <>
      {accounts[kind]}{' '}
      {place ? (
        <Link href={place} className="number">
          {shortId(id)}
        </Link>
      ) : (
        <span className="number quiet">{shortId(id)}</span>
      )}
    </>
  );
}

function useAmount(): (posting: Posting) => string {
  const { i18n } = useLingui();
  const { money } = useFormats();
  return ({ points, cents }) =>
    typeof cents === 'number'
      ? money(cents)
      : i18n._('{points, plural, one {# point} other {# points}}', { points: points ?? 0 });
}
