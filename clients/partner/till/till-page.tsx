/*
 * The one page of the till: set up once, then a voucher at a time. Scanners that type like a keyboard are heard wherever
 * the focus is, so that nobody has to touch the screen between two customers.
 */
import { useLingui } from '@lingui/react';
import { useCallback, useEffect, useRef, useState } from 'react';
import { FailureBoundary } from '../../interface/failure-boundary.tsx';
import { Waiting } from '../../interface/parts.tsx';
import { lookAt, type Outcome, type Ready, take, voucherText } from './counter.ts';
import { type Device, openDevice } from './device.ts';
import { EntryScreen } from './entry-screen.tsx';
import { useKeeping } from './keeping.ts';
import { OutcomeScreen } from './outcome-screen.tsx';
import { SaleScreen } from './sale-screen.tsx';
import { useScannerKeys } from './scanner-keys.ts';
import { SetUpScreen } from './set-up-screen.tsx';
import { SettingsScreen } from './settings-screen.tsx';
import { StandingLine } from './standing-line.tsx';

type Shown =
  | { readonly kind: 'entry' }
  | { readonly kind: 'looking' }
  | { readonly kind: 'settings' }
  | { readonly kind: 'sale'; readonly ready: Ready }
  | { readonly kind: 'outcome'; readonly outcome: Outcome };

export function TillPage() {
  return (
    <FailureBoundary frame="till stack">
      <Till />
    </FailureBoundary>
  );
}

function Till() {
  const [device, setDevice] = useState<Device | 'none'>();
  const [failure, setFailure] = useState<{ readonly cause: unknown }>();
  useEffect(() => {
    openDevice().then(
      (opened) => setDevice(opened ?? 'none'),
      (cause: unknown) => setFailure({ cause }),
    );
  }, []);
  // A browser that keeps nothing: the page says so instead of waiting for ever.
  if (failure) throw failure.cause;
  if (device === undefined) return <Waiting />;
  return (
    <main className="till stack">
      {device === 'none' ? (
        <SetUpScreen onDone={setDevice} />
      ) : (
        <Counter device={device} onChanged={setDevice} onForgotten={() => setDevice('none')} />
      )}
    </main>
  );
}

interface CounterProperties {
  readonly device: Device;
  onChanged(device: Device): void;
  onForgotten(): void;
}

function Counter({ device, onChanged, onForgotten }: CounterProperties) {
  const { i18n } = useLingui();
  const [shown, setShown] = useState<Shown>({ kind: 'entry' });
  const busy = useRef(false);
  const keeping = useKeeping(device);
  const look = useCallback(
    async (written: string) => {
      if (busy.current || written.trim() === '') return;
      busy.current = true;
      setShown({ kind: 'looking' });
      try {
        const found = await lookAt(voucherText(written), device);
        if (found.kind === 'held' || found.kind === 'offline') setShown({ kind: 'sale', ready: found });
        else setShown({ kind: 'outcome', outcome: found });
      } catch {
        setShown({ kind: 'outcome', outcome: { kind: 'refused', code: 'INTERNAL', retryAfterSeconds: undefined } });
      } finally {
        busy.current = false;
        keeping.look();
      }
    },
    [device, keeping.look],
  );
  const next = () => setShown({ kind: 'entry' });
  // The same hold again: were it looked at anew, what this till took itself would be told as used.
  const again = async (ready: Ready) => {
    setShown({ kind: 'looking' });
    const outcome = await take(ready, device).catch((): Outcome => ({ kind: 'unsure', ready }));
    keeping.look();
    setShown({ kind: 'outcome', outcome });
  };
  const isBetween = shown.kind === 'entry' || shown.kind === 'outcome';
  useScannerKeys(isBetween ? { onScan: look, onEnter: shown.kind === 'outcome' ? next : undefined } : undefined);
  return (
    <>
      <header className="row" data-spread="">
        <strong>{device.shopName}</strong>
        {isBetween && (
          <button type="button" className="button" data-look="plain" onClick={() => setShown({ kind: 'settings' })}>
            {i18n._('This till')}
          </button>
        )}
      </header>
      <StandingLine standing={keeping.standing} />
      {shown.kind === 'entry' && <EntryScreen onVoucher={look} />}
      {shown.kind === 'looking' && <Waiting label={i18n._('Looking at the voucher…')} />}
      {shown.kind === 'sale' && (
        <SaleScreen
          ready={shown.ready}
          device={device}
          onOutcome={(outcome) => {
            keeping.look();
            setShown({ kind: 'outcome', outcome });
          }}
          onLeft={next}
        />
      )}
      {shown.kind === 'outcome' && <OutcomeScreen outcome={shown.outcome} onAgain={again} onNext={next} />}
      {shown.kind === 'settings' && (
        <SettingsScreen
          device={device}
          keeping={keeping}
          onBack={next}
          onChanged={onChanged}
          onForgotten={onForgotten}
        />
      )}
    </>
  );
}
