/* Appeals against suspensions, the oldest first: what was said on both sides, and the decision. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import {
  type AppealOutcome,
  type AppealPartsFragment,
  AppealsDocument,
  DecideAppealDocument,
} from '../generated/graphql.ts';
import { AccountName } from '../shell/account-name.tsx';
import { Decision } from '../shell/decision.tsx';
import { Facts } from '../shell/facts.tsx';

export function Appeals() {
  const { i18n } = useLingui();
  const [decidedToo, setDecidedToo] = useState(false);
  const list = usePaged(AppealsDocument, { undecidedOnly: !decidedToo }, (data) => data.suspensionAppeals);
  return (
    <>
      <ScreenTitle>{i18n._('Appeals')}</ScreenTitle>
      <label className="check">
        <input type="checkbox" checked={decidedToo} onChange={(event) => setDecidedToo(event.target.checked)} />
        {i18n._('Also those that are decided')}
      </label>
      <PagedList list={list} idOf={({ id }) => id} empty={<Empty title={i18n._('No appeal waits')} />}>
        {(appeal) => <AppealCard appeal={appeal} onDone={list.reload} />}
      </PagedList>
    </>
  );
}

interface AppealCardProperties {
  readonly appeal: AppealPartsFragment;
  onDone(): void;
}

function AppealCard({ appeal, onDone }: AppealCardProperties) {
  const { i18n } = useLingui();
  const { instant, day } = useFormats();
  const [asked, setAsked] = useState<AppealOutcome>();
  const { id, accountId, appealedAt, text, outcome, note, decidedAt, suspension } = appeal;
  const lift = asked === 'REINSTATED';
  return (
    <article className="card">
      <h2>
        <AccountName id={accountId} />
      </h2>
      {outcome && (
        <p>
          <Badge tone={outcome === 'REINSTATED' ? 'good' : 'bad'}>
            {outcome === 'REINSTATED' ? i18n._('The suspension was lifted') : i18n._('The suspension stays')}
          </Badge>
        </p>
      )}
      <Facts
        entries={[
          [i18n._('Suspended'), instant(suspension.suspendedAt)],
          [i18n._('Until'), suspension.until ? day(suspension.until) : i18n._('Without an end')],
          [i18n._('Why'), suspension.reason],
          [i18n._('Appealed'), instant(appealedAt)],
          [i18n._('In their words'), text],
          [i18n._('Decided'), decidedAt && instant(decidedAt)],
          [i18n._('Note'), note],
        ]}
      />
      {!outcome && (
        <div className="row">
          <Button look="accent" onClick={() => setAsked('REINSTATED')}>
            {i18n._('Lift the suspension')}
          </Button>
          <Button look="danger" onClick={() => setAsked('UPHELD')}>
            {i18n._('Let it stay')}
          </Button>
        </div>
      )}
      {asked && (
        <Decision
          document={DecideAppealDocument}
          title={lift ? i18n._('Lift the suspension?') : i18n._('Let the suspension stay?')}
          consequence={
            lift
              ? i18n._('The person may do everything again, within five minutes.')
              : i18n._('The person stays suspended and reads your note. This is decided once.')
          }
          action={lift ? i18n._('Lift the suspension') : i18n._('Let it stay')}
          danger={!lift}
          done={i18n._('The appeal is decided.')}
          reasonLabel={i18n._('Note, which the person reads')}
          variables={(written) => ({ input: { appealId: id, outcome: asked, note: written } })}
          onClose={() => setAsked(undefined)}
          onDone={onDone}
        />
      )}
    </article>
  );
}
