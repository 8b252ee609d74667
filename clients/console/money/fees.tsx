/* What retailers owe of a sale: versions of the rule, the newest first, and a new one. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, ScreenTitle } from '../../interface/parts.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import { Table } from '../catalog/table.tsx';
import { FeeRulesDocument, SaveFeeRuleDocument, type SaveFeeRuleInput } from '../generated/graphql.ts';

type Written = Omit<SaveFeeRuleInput, 'rateBasisPoints'> & { readonly percent: number };

export function Fees() {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const [isNew, setNew] = useState(false);
  const [{ data, error, fetching }, ask] = useQuery({ query: FeeRulesDocument });
  const latest = data?.feeRules[0];
  return (
    <>
      <ScreenTitle>{i18n._('Sales fees')}</ScreenTitle>
      <p className="quiet">
        {i18n._('What retailers owe of each sale: a part to administration, the rest to the fund of its ZIP code.')}
      </p>
      <div>
        <Button look="accent" onClick={() => setNew(true)}>
          {i18n._('New version')}
        </Button>
      </div>
      <Answer
        data={data?.feeRules}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(rules) => (
          <Table
            label={i18n._('Sales fees')}
            heads={[
              i18n._('Version'),
              i18n._('Of the sale'),
              i18n._('To administration'),
              i18n._('For sales from'),
              i18n._('Saved'),
            ]}
          >
            {rules.map(({ version, rateBasisPoints, administrationCents, inForceAt, savedAt }) => (
              <tr key={version}>
                <th scope="row">{version}</th>
                <td className="number">{i18n._('{percent} %', { percent: rateBasisPoints / 100 })}</td>
                <td className="number">{money(administrationCents)}</td>
                <td>{instant(inForceAt)}</td>
                <td>{instant(savedAt)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Answer>
      {isNew && (
        <Dialog
          open
          title={i18n._('New version')}
          description={i18n._('What was sold before it is in force keeps its fee.')}
          onClose={() => setNew(false)}
        >
          <EntryForm<Written, unknown, { input: SaveFeeRuleInput }>
            document={SaveFeeRuleDocument}
            entries={[
              {
                name: 'percent',
                label: i18n._('Percent of the sale'),
                kind: 'number',
                value: (latest?.rateBasisPoints ?? 500) / 100,
                needed: true,
              },
              {
                name: 'administrationCents',
                label: i18n._('Dollars of it to administration'),
                kind: 'money',
                value: latest?.administrationCents,
                needed: true,
              },
              { name: 'inForceAt', label: i18n._('For sales from'), kind: 'instant', needed: true },
            ]}
            variables={({ percent, ...given }) => ({
              input: { ...given, rateBasisPoints: Math.round(percent * 100) },
            })}
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
