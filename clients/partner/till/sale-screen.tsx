/* A voucher that can be taken: what it is worth, and two ways on. With a network it is kept for this sale for two minutes. */
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import { type Outcome, type Ready, take } from './counter.ts';
import type { Device } from './device.ts';

interface SaleProperties {
  readonly ready: Ready;
  readonly device: Device;
  onOutcome(outcome: Outcome): void;
  /** It was let go. */
  onLeft(): void;
}

export function SaleScreen({ ready, device, onOutcome, onLeft }: SaleProperties) {
  const { i18n } = useLingui();
  const formats = useFormats();
  const [busy, setBusy] = useState(false);
  const valueCents = ready.kind === 'held' ? ready.hold.valueCents : ready.valueCents;
  const title = ready.kind === 'held' ? ready.hold.offer?.title : undefined;
  const accept = async () => {
    setBusy(true);
    try {
      onOutcome(await take(ready, device));
    } catch {
      onOutcome({ kind: 'unsure', ready });
    }
  };
  const letGo = () => {
    // Where this does not arrive, the hold ends by itself.
    if (ready.kind === 'held') void device.partner.releaseVoucher(ready.hold.id).catch(() => undefined);
    onLeft();
  };
  return (
    <>
      <ScreenTitle>{i18n._('This voucher is good')}</ScreenTitle>
      <div className="card">
        {title && <h2>{title}</h2>}
        <p className="worth number">{formats.money(valueCents)}</p>
        {ready.kind === 'held' && <TimeLeft until={ready.until} onOver={() => onOutcome(timeIsOver)} />}
      </div>
      {ready.kind === 'offline' && (
        <Note tone="warn">
          {i18n._(
            'There is no connection. The voucher is genuine; this till writes down that it took it, and hands it in later.',
          )}
        </Note>
      )}
      <Button look="accent" wide busy={busy} onClick={accept}>
        {ready.kind === 'held' ? i18n._('Take it') : i18n._('Take it without a connection')}
      </Button>
      <Button wide busy={busy} onClick={letGo}>
        {i18n._('Let it go')}
      </Button>
    </>
  );
}

const timeIsOver: Outcome = { kind: 'refused', code: 'HOLD_EXPIRED', retryAfterSeconds: undefined };

function TimeLeft({ until, onOver }: { readonly until: number; onOver(): void }) {
  const { i18n } = useLingui();
  const [seconds, setSeconds] = useState(() => secondsTo(until));
  useEffect(() => {
    const timer = setInterval(() => setSeconds(secondsTo(until)), 1_000);
    return () => clearInterval(timer);
  }, [until]);
  useEffect(() => {
    if (seconds === 0) onOver();
  }, [seconds, onOver]);
  const time = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
  return <p className="quiet number">{i18n._('Kept for this sale for {time}', { time })}</p>;
}

const secondsTo = (until: number) => Math.max(0, Math.ceil((until - performance.now()) / 1000));
