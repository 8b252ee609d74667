/* How much is paid for disputed vouchers in a month at most. */
import { useLingui } from '@lingui/react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { EntryForm } from '../catalog/entry-form.tsx';
import { Table } from '../catalog/table.tsx';
import { DisputeRulesDocument, SaveDisputeRuleDocument, type SaveDisputeRuleInput } from '../generated/graphql.ts';

export function DisputeRules() {
  const { i18n } = useLingui();
  const { money, instant } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({ query: DisputeRulesDocument });
  return (
    <>
      <p className="quiet">
        {i18n._('For each retailer and month. A month in which something was paid keeps what it began with.')}
      </p>
      <Answer
        data={data?.disputeRules}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(rules) => (
          <Table
            label={i18n._('What is paid at most')}
            heads={[i18n._('Version'), i18n._('For'), i18n._('In a month'), i18n._('Saved')]}
          >
            {rules.map(({ version, retailerId, monthCapCents, madeAt }) => (
              <tr key={version}>
                <th scope="row">{version}</th>
                <td>{retailerId ?? i18n._('all retailers')}</td>
                <td className="number">{money(monthCapCents)}</td>
                <td>{instant(madeAt)}</td>
              </tr>
            ))}
          </Table>
        )}
      </Answer>
      <EntryForm<SaveDisputeRuleInput, unknown, { input: SaveDisputeRuleInput }>
        document={SaveDisputeRuleDocument}
        entries={[
          { name: 'monthCapCents', label: i18n._('Dollars in a month'), kind: 'money', needed: true },
          { name: 'retailerId', label: i18n._('Only for the retailer of this id') },
        ]}
        variables={(input) => ({ input })}
        action={i18n._('Save')}
        done={i18n._('Saved.')}
      />
    </>
  );
}
