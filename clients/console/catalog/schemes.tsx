/* The schemes of a municipality: points pay a share of a fee, out of a budget. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty, type Tone } from '../../interface/parts.tsx';
import {
  ArchiveSchemeDocument,
  PauseSchemeDocument,
  PublishSchemeDocument,
  ResumeSchemeDocument,
  SaveSchemeDocument,
  type SaveSchemeInput,
  SchemeFiguresDocument,
  type SchemePartsFragment,
  type SchemeStatus,
  SchemesOfMunicipalityDocument,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { EntryForm } from './entry-form.tsx';
import { Step } from './offers.tsx';

export function Schemes({ municipalityId }: { readonly municipalityId: string }) {
  const { i18n } = useLingui();
  const [edited, setEdited] = useState<SchemePartsFragment | 'new'>();
  const mayChange = useMayChange()(municipalityId);
  const list = usePaged(SchemesOfMunicipalityDocument, { municipalityId }, (data) => data.municipalitySchemes);
  return (
    <>
      {mayChange && (
        <div>
          <Button look="accent" onClick={() => setEdited('new')}>
            {i18n._('New scheme')}
          </Button>
        </div>
      )}
      <PagedList list={list} idOf={({ id }) => id} look="sheet" empty={<Empty title={i18n._('No schemes yet')} />}>
        {(scheme) => <SchemeCard scheme={scheme} mayChange={mayChange} onEdit={() => setEdited(scheme)} />}
      </PagedList>
      {edited && (
        <SchemeDialog
          municipalityId={municipalityId}
          {...(edited !== 'new' && { scheme: edited })}
          onClose={() => setEdited(undefined)}
        />
      )}
    </>
  );
}

interface SchemeCardProperties {
  readonly scheme: SchemePartsFragment;
  readonly mayChange: boolean;
  onEdit(): void;
}

function SchemeCard({ scheme, mayChange, onEdit }: SchemeCardProperties) {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const [isArchiving, setArchiving] = useState(false);
  const [isOpen, setOpen] = useState(false);
  const { id, title, status, version, budgetCents, remainingCents, largestShareBasisPoints } = scheme;
  const states: Readonly<Record<SchemeStatus, readonly [string, Tone | undefined]>> = {
    DRAFT: [i18n._('Draft'), undefined],
    PUBLISHED: [i18n._('Published'), 'good'],
    PAUSED: [i18n._('Paused'), 'warn'],
    ARCHIVED: [i18n._('Archived'), 'bad'],
  };
  return (
    <article className="card stack" aria-label={title}>
      <h3>{title}</h3>
      <p>
        <Badge tone={states[status][1]}>{states[status][0]}</Badge>
      </p>
      <Facts
        entries={[
          [i18n._('Municipal fee'), scheme.feeKind],
          [i18n._('A point pays'), money(scheme.centsPerPoint)],
          [i18n._('At most'), i18n._('{percent} % of the fee', { percent: largestShareBasisPoints / 100 })],
          [i18n._('Budget'), money(budgetCents)],
          [i18n._('Left'), typeof remainingCents === 'number' ? money(remainingCents) : null],
          [i18n._('From'), instant(scheme.startsAt)],
          [i18n._('Until'), scheme.endsAt && instant(scheme.endsAt)],
        ]}
      />
      {status !== 'DRAFT' && (
        <div>
          <Button aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
            {i18n._('What became of the budget')}
          </Button>
        </div>
      )}
      {isOpen && <SchemeUse schemeId={id} />}
      {mayChange && status !== 'ARCHIVED' && (
        <div className="row">
          {status === 'DRAFT' && (
            <Step
              document={PublishSchemeDocument}
              input={{ schemeId: id, expectedVersion: version }}
              look="accent"
              label={i18n._('Publish')}
              done={i18n._('{title} is published.', { title })}
            />
          )}
          {status === 'PUBLISHED' && (
            <Step
              document={PauseSchemeDocument}
              input={{ schemeId: id }}
              label={i18n._('Pause')}
              done={i18n._('{title} is paused.', { title })}
            />
          )}
          {status === 'PAUSED' && (
            <Step
              document={ResumeSchemeDocument}
              input={{ schemeId: id }}
              look="accent"
              label={i18n._('Resume')}
              done={i18n._('{title} is published again.', { title })}
            />
          )}
          <Button onClick={onEdit}>{i18n._('Edit')}</Button>
          <Button onClick={() => setArchiving(true)}>{i18n._('Archive')}</Button>
        </div>
      )}
      {isArchiving && (
        <Confirmation
          document={ArchiveSchemeDocument}
          variables={{ input: { schemeId: id } }}
          title={i18n._('Archive {title}?', { title })}
          consequence={i18n._('Nobody can apply to it any more.')}
          action={i18n._('Archive')}
          danger
          done={i18n._('{title} is archived.', { title })}
          onClose={() => setArchiving(false)}
        />
      )}
    </article>
  );
}

/** Asked for when somebody wants to know, since it is summed up from the claims. */
function SchemeUse({ schemeId }: { readonly schemeId: string }) {
  const { i18n } = useLingui();
  const { money, count } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({ query: SchemeFiguresDocument, variables: { schemeId } });
  return (
    <Answer data={data} error={error} fetching={fetching} retry={() => ask({ requestPolicy: 'network-only' })}>
      {({ schemeFigures: figures }) =>
        figures ? (
          <Facts
            entries={[
              [i18n._('Left'), money(figures.remainingCents)],
              [i18n._('Held for claims'), money(figures.heldCents)],
              [i18n._('Paid'), money(figures.paidCents)],
              [i18n._('Points that were paid'), count(figures.paidPoints)],
              [i18n._('Claims that wait'), count(figures.pendingClaims)],
              [i18n._('Claims that were settled'), count(figures.settledClaims)],
              [i18n._('People'), count(figures.people)],
            ]}
          />
        ) : (
          <p className="quiet">{i18n._('Nobody has used it yet.')}</p>
        )
      }
    </Answer>
  );
}

interface SchemeDialogProperties {
  readonly municipalityId: string;
  readonly scheme?: SchemePartsFragment;
  onClose(): void;
}

type Written = Omit<SaveSchemeInput, 'largestShareBasisPoints'> & { readonly percent: number };

function SchemeDialog({ municipalityId, scheme, onClose }: SchemeDialogProperties) {
  const { i18n } = useLingui();
  const percent = scheme ? scheme.largestShareBasisPoints / 100 : 50;
  return (
    <Dialog open title={scheme?.title ?? i18n._('New scheme')} onClose={onClose}>
      <EntryForm<Written, unknown, { input: SaveSchemeInput }>
        document={SaveSchemeDocument}
        entries={[
          { name: 'title', label: i18n._('Title'), value: scheme?.title, needed: true },
          { name: 'description', label: i18n._('Description'), kind: 'lines', value: scheme?.description },
          { name: 'feeKind', label: i18n._('Kind of fee'), value: scheme?.feeKind, needed: true },
          {
            name: 'centsPerPoint',
            label: i18n._('Dollars that a point pays'),
            kind: 'money',
            value: scheme?.centsPerPoint,
            needed: true,
          },
          {
            name: 'percent',
            label: i18n._('Largest share of a fee, in percent'),
            kind: 'count',
            value: percent,
            least: 1,
            most: 100,
            needed: true,
          },
          {
            name: 'budgetCents',
            label: i18n._('Budget in dollars'),
            kind: 'money',
            value: scheme?.budgetCents,
            needed: true,
          },
          {
            name: 'perPersonCents',
            label: i18n._('At most for one person, in dollars'),
            kind: 'money',
            value: scheme?.perPersonCents,
          },
          {
            name: 'zipCodes',
            label: i18n._('Only for these ZIP codes'),
            kind: 'list',
            value: scheme?.zipCodes,
            hint: i18n._('With commas between them.'),
          },
          { name: 'startsAt', label: i18n._('From'), kind: 'instant', value: scheme?.startsAt },
          { name: 'endsAt', label: i18n._('Until'), kind: 'instant', value: scheme?.endsAt },
        ]}
        variables={({ percent: share, ...given }) => ({
          input: {
            ...given,
            largestShareBasisPoints: share * 100,
            municipalityId,
            eligibleRoles: scheme ? [...scheme.eligibleRoles] : ['CITIZEN', 'OFFICER'],
            ...(scheme && { schemeId: scheme.id, expectedVersion: scheme.version }),
          },
        })}
        action={scheme ? i18n._('Save') : i18n._('Save as a draft')}
        done={i18n._('Saved.')}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
