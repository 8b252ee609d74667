/* The tills of a retailer that may take vouchers while they are cut off. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty } from '../../interface/parts.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import {
  RegisterTerminalDocument,
  type RegisterTerminalInput,
  RevokeTerminalDocument,
  type TerminalPartsFragment,
  TerminalsDocument,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';

export function Terminals({ retailerId }: { readonly retailerId: string }) {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const [isNew, setNew] = useState(false);
  const [revoked, setRevoked] = useState<TerminalPartsFragment>();
  const mayChange = useMayChange()(retailerId);
  const list = usePaged(TerminalsDocument, { retailerId }, (data) => data.terminals);
  return (
    <>
      {mayChange && (
        <div>
          <Button look="accent" onClick={() => setNew(true)}>
            {i18n._('Register a till')}
          </Button>
        </div>
      )}
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('No till is registered for work without a connection')} />}
      >
        {(terminal) => (
          <article className="card stack" aria-label={terminal.name}>
            <h3>{terminal.name}</h3>
            <Facts
              entries={[
                [i18n._('Largest voucher offline'), money(terminal.offlineLimitCents)],
                [i18n._('Registered'), instant(terminal.registeredAt)],
                [i18n._('Last seen'), terminal.lastSeenAt && instant(terminal.lastSeenAt)],
              ]}
            />
            {terminal.revokedAt && (
              <p>
                <Badge tone="bad">{i18n._('Revoked {time}', { time: instant(terminal.revokedAt) })}</Badge>
              </p>
            )}
            {mayChange && !terminal.revokedAt && (
              <div>
                <Button look="danger" onClick={() => setRevoked(terminal)}>
                  {i18n._('Revoke')}
                </Button>
              </div>
            )}
          </article>
        )}
      </PagedList>
      {isNew && (
        <Dialog
          open
          title={i18n._('Register a till')}
          description={i18n._('The till shows its public key when it is set up.')}
          onClose={() => setNew(false)}
        >
          <EntryForm<Omit<RegisterTerminalInput, 'retailerId'>, unknown, { input: RegisterTerminalInput }>
            document={RegisterTerminalDocument}
            entries={[
              { name: 'name', label: i18n._('Name'), needed: true, hint: i18n._('Such as: counter at the door') },
              { name: 'publicKey', label: i18n._('Public key'), kind: 'lines', needed: true },
              {
                name: 'offlineLimitCents',
                label: i18n._('Largest voucher offline, in dollars'),
                kind: 'money',
                value: 2_500,
                needed: true,
              },
            ]}
            variables={(given) => ({ input: { ...given, retailerId } })}
            action={i18n._('Register')}
            done={i18n._('The till is registered.')}
            onDone={() => setNew(false)}
            onCancel={() => setNew(false)}
          />
        </Dialog>
      )}
      {revoked && (
        <Confirmation
          document={RevokeTerminalDocument}
          variables={{ input: { terminalId: revoked.id } }}
          title={i18n._('Revoke {name}?', { name: revoked.name })}
          consequence={i18n._('What it takes without a connection from now on is not paid.')}
          action={i18n._('Revoke')}
          danger
          done={i18n._('The till is revoked.')}
          onClose={() => setRevoked(undefined)}
        />
      )}
    </>
  );
}
