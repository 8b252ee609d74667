/* The rules by which meetings give points: versions, a new one, what it would have given, and putting it into force. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import { Table } from '../catalog/table.tsx';
import {
  ActivateScoringDocument,
  type ActivateScoringVersionInput,
  DraftScoringDocument,
  type DraftScoringVersionInput,
  type ScoringEvidence,
  type ScoringPartsFragment,
  ScoringVersionsDocument,
} from '../generated/graphql.ts';
import { Facts } from '../shell/facts.tsx';
import { DryRun } from './dry-run.tsx';

const evidences: readonly ScoringEvidence[] = ['VIRTUAL', 'VICINITY', 'PROXIMITY', 'CODE'];

export function useEvidenceNames(): Readonly<Record<ScoringEvidence, string>> {
  const { i18n } = useLingui();
  return {
    VIRTUAL: i18n._('From afar'),
    VICINITY: i18n._('In the neighbourhood'),
    PROXIMITY: i18n._('Side by side'),
    CODE: i18n._('By a scanned code'),
  };
}

export function Scoring() {
  const { i18n } = useLingui();
  const [isNew, setNew] = useState(false);
  const list = usePaged(ScoringVersionsDocument, {}, (data) => data.scoringVersions);
  const latest = list.page?.edges[0]?.node;
  return (
    <>
      <ScreenTitle>{i18n._('Scoring rules')}</ScreenTitle>
      <p className="quiet">
        {i18n._('How many points a meeting gives, by how it was proved. A version never changes.')}
      </p>
      <div>
        <Button look="accent" onClick={() => setNew(true)}>
          {i18n._('New version')}
        </Button>
      </div>
      <PagedList list={list} idOf={({ version }) => version} empty={<Empty title={i18n._('No versions yet')} />}>
        {(version) => <Version version={version} />}
      </PagedList>
      {isNew && <NewVersion {...(latest && { latest })} onClose={() => setNew(false)} />}
    </>
  );
}

function Version({ version }: { readonly version: ScoringPartsFragment }) {
  const { i18n } = useLingui();
  const { instant, count } = useFormats();
  const names = useEvidenceNames();
  const [isTrying, setTrying] = useState(false);
  const [isActivating, setActivating] = useState(false);
  const { version: number, note, rules, activations, lotMonths, dailyCapPoints } = version;
  const last = activations.at(-1);
  const title = i18n._('Version {number}', { number });
  return (
    <article className="card stack" aria-label={title}>
      <div className="row" data-spread="">
        <h2>{title}</h2>
        {last ? (
          <Badge tone="good">
            {last.startsAt ? i18n._('In force from {time}', { time: instant(last.startsAt) }) : i18n._('In force')}
          </Badge>
        ) : (
          <Badge>{i18n._('Draft')}</Badge>
        )}
      </div>
      <p>{note}</p>
      <Table label={title} heads={[i18n._('How it was proved'), i18n._('Officer'), i18n._('Citizen')]}>
        {rules.map(({ evidence, officerPoints, citizenPoints }) => (
          <tr key={evidence}>
            <th scope="row">{names[evidence]}</th>
            <td className="number">{count(officerPoints)}</td>
            <td className="number">{count(citizenPoints)}</td>
          </tr>
        ))}
      </Table>
      <Facts
        entries={[
          [
            i18n._('Points run out after'),
            lotMonths && i18n._('{months, plural, one {# month} other {# months}}', { months: lotMonths }),
          ],
          [i18n._('At most in a day'), dailyCapPoints && count(dailyCapPoints)],
        ]}
      />
      <div className="row">
        <Button aria-expanded={isTrying} onClick={() => setTrying(!isTrying)}>
          {i18n._('What would it have given?')}
        </Button>
        <Button onClick={() => setActivating(true)}>{i18n._('Put into force')}</Button>
      </div>
      {isTrying && <DryRun version={number} />}
      {isActivating && (
        <Dialog
          open
          title={i18n._('Put version {number} into force?', { number })}
          description={i18n._('It is for meetings from then on; what was given before stays.')}
          onClose={() => setActivating(false)}
        >
          <EntryForm<Pick<ActivateScoringVersionInput, 'startsAt'>, unknown, { input: ActivateScoringVersionInput }>
            document={ActivateScoringDocument}
            entries={[
              { name: 'startsAt', label: i18n._('From'), kind: 'instant', hint: i18n._('Left empty, from now on.') },
            ]}
            variables={(given) => ({ input: { ...given, version: number } })}
            action={i18n._('Put into force')}
            done={i18n._('It is in force.')}
            onDone={() => setActivating(false)}
            onCancel={() => setActivating(false)}
          />
        </Dialog>
      )}
    </article>
  );
}

type Written = Pick<DraftScoringVersionInput, 'note' | 'lotMonths' | 'dailyCapPoints'> & Record<string, unknown>;

function NewVersion({ latest, onClose }: { readonly latest?: ScoringPartsFragment; onClose(): void }) {
  const { i18n } = useLingui();
  const names = useEvidenceNames();
  const before = (evidence: ScoringEvidence) => latest?.rules.find((rule) => rule.evidence === evidence);
  return (
    <Dialog
      open
      title={i18n._('New version')}
      description={i18n._('It is a draft until you put it into force.')}
      onClose={onClose}
    >
      <EntryForm<Written, unknown, { input: DraftScoringVersionInput }>
        document={DraftScoringDocument}
        entries={[
          { name: 'note', label: i18n._('What is new, and why'), kind: 'lines', needed: true },
          ...evidences.flatMap((evidence) => [
            {
              name: `officer ${evidence}`,
              label: i18n._('{evidence}: points for the officer', { evidence: names[evidence] }),
              kind: 'count' as const,
              value: before(evidence)?.officerPoints ?? 0,
              needed: true,
            },
            {
              name: `citizen ${evidence}`,
              label: i18n._('{evidence}: points for the citizen', { evidence: names[evidence] }),
              kind: 'count' as const,
              value: before(evidence)?.citizenPoints ?? 0,
              needed: true,
            },
          ]),
          {
            name: 'lotMonths',
            label: i18n._('Months until points run out'),
            kind: 'count',
            value: latest?.lotMonths,
            least: 1,
          },
          {
            name: 'dailyCapPoints',
            label: i18n._('Points that one person gets in a day at most'),
            kind: 'count',
            value: latest?.dailyCapPoints,
            least: 1,
          },
        ]}
        variables={({ note, lotMonths, dailyCapPoints, ...points }) => ({
          input: {
            note,
            lotMonths: lotMonths ?? null,
            dailyCapPoints: dailyCapPoints ?? null,
            rules: evidences.map((evidence) => ({
              evidence,
              officerPoints: Number(points[`officer ${evidence}`]),
              citizenPoints: Number(points[`citizen ${evidence}`]),
            })),
          },
        })}
        action={i18n._('Save as a draft')}
        done={i18n._('Saved.')}
        onDone={onClose}
        onCancel={onClose}
      />
    </Dialog>
  );
}
