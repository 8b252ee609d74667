/* This till itself: whether it may go on without a network, what it took then, its language, and the end of it. */
import { useLingui } from '@lingui/react';
import { useEffect, useRef, useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { LanguageChoice } from '../../interface/language-choice.tsx';
import { Badge, Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import type { DecidedClaim } from '../offline-till.ts';
import { type Device, forgetDevice } from './device.ts';
import type { Keeping } from './keeping.ts';
import { KeyCard } from './key-card.tsx';
import { claimWords, keyWords } from './words.ts';

interface SettingsProperties {
  readonly device: Device;
  readonly keeping: Keeping;
  onBack(): void;
  /** It goes on with another key. */
  onChanged(device: Device): void;
  onForgotten(): void;
}

export function SettingsScreen({ device, keeping, onBack, onChanged, onForgotten }: SettingsProperties) {
  const { i18n } = useLingui();
  return (
    <>
      <ScreenTitle>{i18n._('This till')}</ScreenTitle>
      <Button wide onClick={onBack}>
        {i18n._('Back to the counter')}
      </Button>
      <OfflineCard device={device} keeping={keeping} />
      <ClaimsCard device={device} keeping={keeping} />
      <KeyCard device={device} isRefused={keeping.standing.isKeyRefused} onChanged={onChanged} />
      <LanguageChoice />
      <ForgetCard device={device} onForgotten={onForgotten} />
    </>
  );
}

function OfflineCard({ device: { till }, keeping }: { readonly device: Device; readonly keeping: Keeping }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const [told, setTold] = useState<{ readonly text: string; readonly tone: 'good' | 'bad' }>();
  const [busy, setBusy] = useState(false);
  const { publicKey, terminalId, limitCents, listAsOf } = till.status;
  const { readyUntil } = keeping.standing;
  const find = async () => {
    setBusy(true);
    setTold(undefined);
    try {
      const terminal = await till.enroll();
      if (terminal) await keeping.now();
      setTold(
        terminal
          ? { text: i18n._('This till is “{name}”.', { name: terminal.name }), tone: 'good' }
          : { text: i18n._('No terminal with this key is there yet. Register it in the console first.'), tone: 'bad' },
      );
    } catch (error) {
      setTold({ text: keyWords(error, i18n), tone: 'bad' });
    } finally {
      setBusy(false);
    }
  };
  return (
    <section className="card">
      <h2>{i18n._('Without a connection')}</h2>
      {terminalId && readyUntil ? (
        <>
          <p>
            {i18n._('This till takes vouchers up to {limit} without a connection, until {until}.', {
              limit: formats.money(limitCents),
              until: formats.instant(readyUntil),
            })}
          </p>
          {listAsOf && (
            <p className="quiet small">
              {i18n._('It knows what was used up to {instant}.', { instant: formats.instant(listAsOf) })}
            </p>
          )}
        </>
      ) : (
        <p>
          {i18n._(
            'Let this till go on while the network is down: whoever manages your shop registers this key as a terminal in the console.',
          )}
        </p>
      )}
      <p className="small">{i18n._('Key of this till')}</p>
      <code className="key">{publicKey}</code>
      <div className="row">
        <Button
          onClick={() =>
            void navigator.clipboard
              ?.writeText(publicKey)
              .then(() => setTold({ text: i18n._('The key is copied.'), tone: 'good' }))
          }
        >
          {i18n._('Copy the key')}
        </Button>
        <Button look={terminalId ? undefined : 'accent'} busy={busy} onClick={find}>
          {busy ? i18n._('Looking…') : i18n._('It is registered')}
        </Button>
      </div>
      {told && <Note tone={told.tone}>{told.text}</Note>}
    </section>
  );
}

function ClaimsCard({ device: { till }, keeping }: { readonly device: Device; readonly keeping: Keeping }) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const [fault, setFault] = useState<string>();
  const { waiting, decided } = till.status;
  const handIn = () => {
    setFault(undefined);
    keeping.now().catch((error) => setFault(keyWords(error, i18n)));
  };
  if (waiting.length === 0 && decided.length === 0) return null;
  return (
    <section className="card">
      <h2>{i18n._('Taken without a connection')}</h2>
      {waiting.length > 0 && (
        <Button wide onClick={handIn}>
          {i18n._('Hand in now')}
        </Button>
      )}
      {fault && <Note tone="bad">{fault}</Note>}
      <ul className="stack">
        {waiting.toReversed().map(({ sequence, valueCents, claimedAt }) => (
          <li key={sequence} className="row" data-spread="">
            <span className="number">
              {formats.money(valueCents)} · {formats.instant(claimedAt)}
            </span>
            <Badge tone="warn">{i18n._('Waits')}</Badge>
          </li>
        ))}
        {decided.map((claim) => (
          <li key={claim.sequence} className="row" data-spread="">
            <span className="number">
              {formats.money(claim.valueCents)} · {formats.instant(claim.claimedAt)}
            </span>
            <Badge tone={toneOf(claim)}>{claimWords(claim, i18n)}</Badge>
          </li>
        ))}
      </ul>
    </section>
  );
}

const toneOf = ({ outcome }: DecidedClaim) =>
  ({ ACCEPTED: 'good', DISPUTED: 'warn', REFUSED: 'bad' })[outcome] as 'good' | 'warn' | 'bad';

function ForgetCard({ device, onForgotten }: { readonly device: Device; onForgotten(): void }) {
  const { i18n } = useLingui();
  const [isAsked, setAsked] = useState(false);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => {
    if (isAsked) heading.current?.focus();
  }, [isAsked]);
  const waiting = device.till.status.waiting.length;
  if (!isAsked) {
    return (
      <Button look="danger" wide onClick={() => setAsked(true)}>
        {i18n._('Remove this till')}
      </Button>
    );
  }
  return (
    <section className="card">
      <h2 ref={heading} tabIndex={-1} className="asked">
        {i18n._('Remove this till?')}
      </h2>
      <p>{i18n._('The key of the shop is deleted from this device. You can set it up again with a key.')}</p>
      {waiting > 0 && (
        <Note tone="bad">
          {i18n._(
            '{waiting, plural, one {# voucher is not handed in yet and would be lost. Connect first.} other {# vouchers are not handed in yet and would be lost. Connect first.}}',
            { waiting },
          )}
        </Note>
      )}
      <Button wide onClick={() => setAsked(false)}>
        {i18n._('Keep it')}
      </Button>
      <Button look="danger" wide onClick={() => void forgetDevice().then(onForgotten)}>
        {i18n._('Remove it')}
      </Button>
    </section>
  );
}
