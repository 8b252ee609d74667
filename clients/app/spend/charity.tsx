/* One charity, and giving points to it: how many, confirmed once, with a receipt. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { Link, useParams } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Button, Empty, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { codeOf, explain } from '../../interface/refusals.ts';
import { SignInButton } from '../../interface/sign-in-button.tsx';
import {
  type CharityPartsFragment,
  DonateDocument,
  type DonateMutation,
  OneCharityDocument,
  OwnPointsDocument,
} from '../generated/graphql.ts';
import { Shown, Up, useAnswered } from './answered.tsx';
import { Receipt } from './receipt.tsx';
import { useWish } from './wish.ts';
import './spend.css';

export function Charity() {
  const { i18n } = useLingui();
  const { id = '' } = useParams();
  const answered = useAnswered(OneCharityDocument, { id });
  return (
    <>
      <Up to="/donate">{i18n._('Charities')}</Up>
      <Shown of={answered} data={answered.data?.charity} title={i18n._('Charity')}>
        {(charity) =>
          charity ? (
            <One charity={charity} />
          ) : (
            <Empty title={i18n._('This charity is gone')}>
              <Link className="button" href="/donate">
                {i18n._('See the others')}
              </Link>
            </Empty>
          )
        }
      </Shown>
    </>
  );
}

function One({ charity }: { readonly charity: CharityPartsFragment }) {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{charity.name}</ScreenTitle>
      <p className="quiet">
        {charity.city}, {charity.state}
      </p>
      {charity.description && <p className="told">{charity.description}</p>}
      {(charity.donationEarmarks ?? []).length > 0 && (
        <section className="stack">
          <h2>{i18n._('What it helps with')}</h2>
          <ul className="row">
            {charity.donationEarmarks?.map((earmark) => (
              <li key={earmark} className="badge">
                {earmark}
              </li>
            ))}
          </ul>
        </section>
      )}
      {charity.webUrl && (
        <a href={charity.webUrl} target="_blank" rel="noreferrer">
          {i18n._('Its own page (opens a new page)')}
        </a>
      )}
      <Giving charity={charity} />
    </>
  );
}

function Giving({ charity }: { readonly charity: CharityPartsFragment }) {
  const { i18n } = useLingui();
  const { accountId, scopes } = useSite();
  if (!charity.acceptsDonations) return <Note>{i18n._('It takes no donations at the moment.')}</Note>;
  if (!accountId) {
    return (
      <section className="card">
        <p>{i18n._('Sign in to give.')}</p>
        <SignInButton />
      </section>
    );
  }
  if (scopes.length === 0) {
    return (
      <Link className="button" href="/account">
        {i18n._('Confirm your phone to give')}
      </Link>
    );
  }
  return <GiveForm charity={charity} />;
}

interface GiveFormValues {
  readonly points: string;
  readonly earmark: string;
}

function GiveForm({ charity }: { readonly charity: CharityPartsFragment }) {
  const { i18n } = useLingui();
  const own = useAnswered(OwnPointsDocument, {});
  const [, donate] = useMutation(DonateDocument);
  const { busy, failure, attempt } = useWish();
  const [given, setGiven] = useState<DonateMutation['donatePoints']>();
  const { register, handleSubmit, formState, reset } = useForm<GiveFormValues>({
    defaultValues: { points: '', earmark: '' },
  });
  const available = own.data?.me.points?.available;
  const submit = handleSubmit(async (values) => {
    const points = Number(values.points);
    const earmark = values.earmark || null;
    const answer = await attempt(`donate ${charity.id} ${points} ${values.earmark}`, (idempotencyKey) =>
      donate({ input: { charityId: charity.id, points, earmark, idempotencyKey } }),
    );
    if (answer) setGiven(answer.donatePoints);
  });
  if (given) {
    return (
      <Receipt
        donation={given.donation}
        available={given.balance.available}
        onAgain={() => {
          reset();
          setGiven(undefined);
        }}
      />
    );
  }
  return (
    <form className="card" onSubmit={submit} noValidate>
      <h2>{i18n._('Give points')}</h2>
      {available !== undefined && (
        <p className="quiet">
          {i18n._('You have {points, plural, one {# point} other {# points}}.', { points: available })}
        </p>
      )}
      <TextField
        label={i18n._('How many points')}
        inputMode="numeric"
        autoComplete="off"
        fault={formState.errors.points?.message}
        {...register('points', {
          validate: (value) => {
            if (!/^\s*[1-9]\d{0,8}\s*$/.test(value)) return i18n._('Write a number of points, 1 or more.');
            if (available !== undefined && Number(value) > available) return i18n._('That is more than you have.');
            return true;
          },
        })}
      />
      {(charity.donationEarmarks ?? []).length > 0 && (
        <Field label={i18n._('What for')} hint={i18n._('Only you and the charity see this.')}>
          {(control) => (
            <select {...control} {...register('earmark')}>
              <option value="">{i18n._('Where it is needed most')}</option>
              {charity.donationEarmarks?.map((earmark) => (
                <option key={earmark} value={earmark}>
                  {earmark}
                </option>
              ))}
            </select>
          )}
        </Field>
      )}
      {failure && (
        <Note tone="bad">
          {codeOf(failure) === 'UNREACHABLE'
            ? i18n._('There is no connection. Try again: nothing is given twice.')
            : explain(failure, i18n)}
        </Note>
      )}
      <Button look="accent" type="submit" wide busy={busy}>
        {busy ? i18n._('One moment…') : i18n._('Give')}
      </Button>
      <p className="quiet small">{i18n._('A gift cannot be taken back. Nobody else sees that you gave.')}</p>
    </form>
  );
}
