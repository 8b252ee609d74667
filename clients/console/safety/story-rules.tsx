/* What a story must not tell, as patterns by name; a change holds for stories that are consented to from then on. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Note, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { ChangeStoryRuleDocument, StoryRulesDocument, type StoryRulesQuery } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';

type Rule = StoryRulesQuery['storyRules'][number];

export function StoryRules() {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({ query: StoryRulesDocument });
  const [changed, setChanged] = useState<Rule | 'new'>();
  return (
    <>
      <div>
        <Button look="accent" onClick={() => setChanged('new')}>
          {i18n._('Add a rule')}
        </Button>
      </div>
      <Answer
        data={data?.storyRules}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(rules) => (
          <ul className="sheet">
            {rules.map((rule) => (
              <li key={rule.name} className="card">
                <h2>{rule.name}</h2>
                <p>{rule.about}</p>
                <p className="row">
                  <Badge tone={rule.active ? 'good' : undefined}>
                    {rule.active ? i18n._('Applied') : i18n._('Not applied')}
                  </Badge>
                  <span className="quiet small">{instant(rule.changedAt)}</span>
                </p>
                <p className="code">{rule.pattern}</p>
                <div>
                  <Button onClick={() => setChanged(rule)}>{i18n._('Change {name}', { name: rule.name })}</Button>
                </div>
              </li>
            ))}
          </ul>
        )}
      </Answer>
      {changed && <RuleEditor rule={changed === 'new' ? undefined : changed} onClose={() => setChanged(undefined)} />}
    </>
  );
}

interface RuleEditorProperties {
  readonly rule: Rule | undefined;
  onClose(): void;
}

function RuleEditor({ rule, onClose }: RuleEditorProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(ChangeStoryRuleDocument);
  const { register, handleSubmit, formState } = useForm({
    defaultValues: {
      name: rule?.name ?? '',
      about: rule?.about ?? '',
      pattern: rule?.pattern ?? '',
      active: rule?.active ?? true,
    },
  });
  const { errors } = formState;
  const needed = (value: string) => value.trim() !== '' || i18n._('This is needed.');
  const submit = handleSubmit(async ({ name, about, pattern, active }) => {
    const input = { name: name.trim(), about: about.trim(), pattern, active };
    if (!(await run({ input }))) return;
    tell(i18n._('The rule is saved.'));
    onClose();
  });
  return (
    <Dialog
      open
      title={rule ? i18n._('Change {name}', { name: rule.name }) : i18n._('Add a rule')}
      description={i18n._('It holds for stories that both consent to from now on. The change is kept for good.')}
      onClose={onClose}
    >
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={i18n._('Name of the rule')}
          readOnly={rule !== undefined}
          maxLength={80}
          fault={errors.name?.message}
          {...register('name', { validate: needed })}
        />
        <TextField
          label={i18n._('What it is to find')}
          maxLength={80}
          fault={errors.about?.message}
          {...register('about', { validate: needed })}
        />
        <TextField
          label={i18n._('Pattern')}
          hint={i18n._('A regular expression of PostgreSQL; upper and lower case are one.')}
          maxLength={500}
          autoCapitalize="none"
          spellCheck={false}
          fault={errors.pattern?.message}
          {...register('pattern', { validate: needed })}
        />
        <label className="check">
          <input type="checkbox" {...register('active')} />
          {i18n._('Apply it')}
        </label>
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div className="row">
          <Button type="submit" look="accent" busy={busy}>
            {i18n._('Save')}
          </Button>
          <Button look="plain" onClick={onClose}>
            {i18n._('Cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
