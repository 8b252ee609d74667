/* Keys with which a shop's own systems call the API: made, shown once, ended. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Badge, Button, Empty, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  CreatePartnerKeyDocument,
  type PartnerKeyPartsFragment,
  PartnerKeysDocument,
  type PartnerScope,
  RevokePartnerKeyDocument,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Copied } from '../shell/copied.tsx';
import { useMayChange } from '../shell/rights.tsx';
import { type OwnPartner, useOwnPartners } from './own-partners.ts';
import { partnerScopes } from './words.ts';

export function Keys() {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [making, setMaking] = useState(false);
  const [ended, setEnded] = useState<PartnerKeyPartsFragment>();
  const list = usePaged(PartnerKeysDocument, {}, (data) => data.partnerKeys);
  const partners = useOwnPartners();
  const retailers = partners?.filter(({ kind }) => kind === 'RETAILER') ?? [];
  const mayChange = useMayChange();
  const changeable = retailers.filter(({ id }) => mayChange(id));
  const nameOf = (id: string) => retailers.find((each) => each.id === id)?.name;
  return (
    <>
      <ScreenTitle>{i18n._('Keys')}</ScreenTitle>
      <p className="quiet">
        {i18n._('A key lets the systems of a shop check and redeem vouchers, in the header x-api-key.')}
      </p>
      {changeable.length > 0 ? (
        <div>
          <Button look="accent" onClick={() => setMaking(true)}>
            {i18n._('Make a key')}
          </Button>
        </div>
      ) : (
        partners && <Note>{i18n._('Owners and editors of a listed shop can make keys for it.')}</Note>
      )}
      <PagedList list={list} idOf={({ id }) => id} look="sheet" empty={<Empty title={i18n._('No key yet')} />}>
        {(key) => (
          <article className="card">
            <h2>{key.label}</h2>
            <p className="row">
              <Badge tone={key.revokedAt ? undefined : 'good'}>
                {key.revokedAt ? i18n._('Ended') : i18n._('In use')}
              </Badge>
              {key.scopes.map((scope) => (
                <Badge key={scope}>{partnerScopes[scope](i18n)}</Badge>
              ))}
            </p>
            <p className="quiet">
              {[nameOf(key.retailerId), i18n._('made {instant}', { instant: instant(key.createdAt) })]
                .filter(Boolean)
                .join(' · ')}
            </p>
            {key.revokedAt && <p className="quiet">{i18n._('ended {instant}', { instant: instant(key.revokedAt) })}</p>}
            {!key.revokedAt && mayChange(key.retailerId) && (
              <div>
                <Button look="danger" onClick={() => setEnded(key)}>
                  {i18n._('End {name}', { name: key.label })}
                </Button>
              </div>
            )}
          </article>
        )}
      </PagedList>
      {making && <NewKey retailers={changeable} onClose={() => setMaking(false)} onMade={list.reload} />}
      {ended && (
        <Confirmation
          document={RevokePartnerKeyDocument}
          variables={{ input: { partnerKeyId: ended.id } }}
          title={i18n._('End {name}?', { name: ended.label })}
          consequence={i18n._('Systems that use it are refused within half a minute. This cannot be undone.')}
          action={i18n._('End the key')}
          danger
          done={i18n._('The key is ended.')}
          onClose={() => setEnded(undefined)}
        />
      )}
    </>
  );
}

interface NewKeyProperties {
  readonly retailers: readonly OwnPartner[];
  onClose(): void;
  onMade(): void;
}

interface KeyForm {
  readonly retailerId: string;
  readonly label: string;
  readonly scopes: PartnerScope[];
}

function NewKey({ retailers, onClose, onMade }: NewKeyProperties) {
  const { i18n } = useLingui();
  const [secret, setSecret] = useState<string>();
  const { run, busy, failure } = useAct(CreatePartnerKeyDocument);
  const { register, handleSubmit, formState } = useForm<KeyForm>({
    defaultValues: { retailerId: retailers[0]?.id ?? '', label: '', scopes: ['VOUCHERS_REDEEM', 'OFFERS_READ'] },
  });
  const { errors } = formState;
  const submit = handleSubmit(async ({ retailerId, label, scopes }) => {
    const data = await run({ input: { retailerId, label: label.trim(), scopes } });
    if (!data) return;
    setSecret(data.createPartnerKey.secret);
    onMade();
  });
  if (secret) {
    return (
      <Dialog
        open
        title={i18n._('This is the key')}
        description={i18n._('It is shown this once. Put it where the system that uses it keeps its secrets.')}
        onClose={onClose}
      >
        <Copied label={i18n._('Secret of the key')} text={secret} />
        <Button look="accent" onClick={onClose}>
          {i18n._('I have kept it')}
        </Button>
      </Dialog>
    );
  }
  return (
    <Dialog open title={i18n._('Make a key')} onClose={onClose}>
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <Field label={i18n._('Shop')}>
          {(control) => (
            <select {...control} {...register('retailerId')}>
              {retailers.map(({ id, name }) => (
                <option key={id} value={id}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label={i18n._('Name of the key')}
          hint={i18n._('Such as the system that uses it.')}
          maxLength={80}
          fault={errors.label?.message}
          {...register('label', { validate: (value) => value.trim() !== '' || i18n._('This is needed.') })}
        />
        <fieldset className="field">
          <legend>{i18n._('What it may do')}</legend>
          {(Object.keys(partnerScopes) as PartnerScope[]).map((scope) => (
            <label key={scope} className="check">
              <input
                type="checkbox"
                value={scope}
                {...register('scopes', {
                  validate: (chosen) => chosen.length > 0 || i18n._('Choose at least one.'),
                })}
              />
              {partnerScopes[scope](i18n)}
            </label>
          ))}
          {errors.scopes && (
            <span className="fault" role="alert">
              {errors.scopes.message}
            </span>
          )}
        </fieldset>
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div className="row">
          <Button type="submit" look="accent" busy={busy}>
            {i18n._('Make it')}
          </Button>
          <Button look="plain" onClick={onClose}>
            {i18n._('Cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
