/* The risk rules in force, by kind, with their numbers; saving makes a new version and keeps those before. */
import { useLingui } from '@lingui/react';
import { useForm } from 'react-hook-form';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Empty, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  type RiskEffect,
  type RiskRulePartsFragment,
  RiskRulesDocument,
  SaveRiskRuleDocument,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { effects, findings, riskNumbers } from './words.ts';

export function RiskRules() {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: RiskRulesDocument });
  return (
    <>
      <ScreenTitle>{i18n._('Risk rules')}</ScreenTitle>
      <p className="quiet">
        {i18n._('What a rule finds asks people to look; it proves nothing. A change is in force at once.')}
      </p>
      <Answer
        data={data?.riskRules}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(rules) => {
          const newest = rules.filter(({ kind }, place) => rules.findIndex((each) => each.kind === kind) === place);
          if (newest.length === 0) return <Empty title={i18n._('No rule is in force')} />;
          return (
            <div className="sheet">
              {newest.map((rule) => (
                <RuleForm key={`${rule.kind} ${rule.version}`} rule={rule} />
              ))}
            </div>
          );
        }}
      </Answer>
    </>
  );
}

interface RuleFields {
  readonly effect: RiskEffect;
  readonly enabled: boolean;
  readonly numbers: Record<string, string>;
}

function RuleForm({ rule }: { readonly rule: RiskRulePartsFragment }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const tell = useNotice();
  const { kind, version, parameters, effect, enabled, savedAt } = rule;
  const { run, busy, failure } = useAct(SaveRiskRuleDocument);
  const { register, handleSubmit, formState } = useForm<RuleFields>({
    defaultValues: {
      effect,
      enabled,
      numbers: Object.fromEntries(parameters.map(({ name, value }) => [name, String(value)])),
    },
  });
  const submit = handleSubmit(async (fields) => {
    const numbers = parameters.map(({ name }) => ({ name, value: Number(fields.numbers[name]) }));
    const input = { kind, effect: fields.effect, enabled: fields.enabled, parameters: numbers };
    if (await run({ input })) tell(i18n._('The rule is saved.'));
  });
  return (
    <form className="card" onSubmit={(event) => void submit(event)} noValidate>
      <h2>{findings[kind](i18n)}</h2>
      <p className="row">
        <Badge tone={enabled ? 'good' : undefined}>{enabled ? i18n._('Applied') : i18n._('Not applied')}</Badge>
        <span className="quiet small">
          {i18n._('version {version}, {instant}', { version, instant: instant(savedAt) })}
        </span>
      </p>
      {parameters.map(({ name }) => (
        <TextField
          key={name}
          label={riskNumbers[name]?.(i18n) ?? name}
          inputMode="decimal"
          fault={formState.errors.numbers?.[name]?.message}
          {...register(`numbers.${name}`, {
            validate: (value) => (value.trim() !== '' && !Number.isNaN(Number(value))) || i18n._('Write a number.'),
          })}
        />
      ))}
      <Field label={i18n._('What becomes of the meeting')}>
        {(control) => (
          <select {...control} {...register('effect')}>
            {(Object.keys(effects) as RiskEffect[]).map((each) => (
              <option key={each} value={each}>
                {effects[each](i18n)}
              </option>
            ))}
          </select>
        )}
      </Field>
      <label className="check">
        <input type="checkbox" {...register('enabled')} />
        {i18n._('Apply it')}
      </label>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div>
        <Button type="submit" busy={busy}>
          {i18n._('Save a new version')}
        </Button>
      </div>
    </form>
  );
}
