/* How the people of a ZIP code decide about their fund: the rule in force, and a new version of it. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button } from '../../interface/parts.tsx';
import { type Entry, EntryForm } from '../catalog/entry-form.tsx';
import {
  type RoundRulePartsFragment,
  RoundRulesDocument,
  SaveRoundRuleDocument,
  type SaveRoundRuleInput,
} from '../generated/graphql.ts';
import { Facts } from '../shell/facts.tsx';

export function RoundRules() {
  const { i18n } = useLingui();
  const { instant, money } = useFormats();
  const [isNew, setNew] = useState(false);
  const [{ data, error, fetching }, ask] = useQuery({ query: RoundRulesDocument });
  const entries = useEntries(data?.roundRules[0]);
  return (
    <>
      <div>
        <Button look="accent" onClick={() => setNew(true)}>
          {i18n._('New version')}
        </Button>
      </div>
      <Answer
        data={data?.roundRules}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(rules) => (
          <ul className="stack">
            {rules.map((rule, place) => (
              <li key={rule.version} className="card stack">
                <h2>
                  {place === 0
                    ? i18n._('Version {number}, in force', { number: rule.version })
                    : i18n._('Version {number}', { number: rule.version })}
                </h2>
                <p className="quiet small">{instant(rule.savedAt)}</p>
                <Facts
                  entries={entries.map(({ name, label, kind }) => [
                    label,
                    kind === 'money' ? money(rule[name]) : rule[name],
                  ])}
                />
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {isNew && (
        <Dialog
          open
          title={i18n._('New version')}
          description={i18n._('Votes that are open keep their rule.')}
          onClose={() => setNew(false)}
        >
          <EntryForm<SaveRoundRuleInput, unknown, { input: SaveRoundRuleInput }>
            document={SaveRoundRuleDocument}
            entries={entries}
            variables={(input) => ({ input })}
            action={i18n._('Save')}
            done={i18n._('Saved.')}
            onDone={() => setNew(false)}
            onCancel={() => setNew(false)}
          />
        </Dialog>
      )}
    </>
  );
}

function useEntries(latest: RoundRulePartsFragment | undefined): readonly Entry<SaveRoundRuleInput>[] {
  const { i18n } = useLingui();
  const entries: readonly Entry<SaveRoundRuleInput>[] = [
    { name: 'graceHours', label: i18n._('Hours that a month waits for late sales'), kind: 'count', most: 240 },
    { name: 'proposalDays', label: i18n._('Days that a month waits for four options'), kind: 'count', most: 365 },
    { name: 'residenceDays', label: i18n._('Days of residence before a vote'), kind: 'count', most: 365 },
    { name: 'votingDays', label: i18n._('Days that a vote is open'), kind: 'count', least: 1, most: 60 },
    { name: 'objectionDays', label: i18n._('Days from the count to the payment'), kind: 'count', most: 60 },
    { name: 'quorumVotes', label: i18n._('Votes there must be at least'), kind: 'count' },
    { name: 'quorumPercent', label: i18n._('Percent of the people who may vote'), kind: 'count', most: 100 },
    { name: 'minimumCents', label: i18n._('With less money, in dollars, nobody is asked'), kind: 'money' },
  ];
  return entries.map((entry) => ({ ...entry, value: latest?.[entry.name], needed: true }));
}
