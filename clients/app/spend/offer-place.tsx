/*
 * Around which place offers are looked for: everywhere, a ZIP code, or here. Where one is, is asked of the phone at the
 * press of the button, once, and kept by nobody.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { Button, Note, TextField } from '../../interface/parts.tsx';
import type { NearInput } from '../generated/graphql.ts';

export type Place =
  | { readonly kind: 'anywhere' }
  | { readonly kind: 'zipCode'; readonly zipCode: string }
  | { readonly kind: 'here'; readonly latitude: number; readonly longitude: number };

const RADIUS_METERS = 20_000;
const LONGEST_WAIT_MILLISECONDS = 15_000;

export function whereOf(place: Place): NearInput | null {
  if (place.kind === 'zipCode') return { zipCode: place.zipCode, radiusMeters: RADIUS_METERS };
  if (place.kind === 'anywhere') return null;
  const { latitude, longitude } = place;
  return { position: { latitude, longitude }, radiusMeters: RADIUS_METERS };
}

type Look = 'looking' | 'denied' | 'failed';

export function PlaceChoice({ place, onPlace }: { readonly place: Place; onPlace(place: Place): void }) {
  const { i18n } = useLingui();
  const [zipCode, setZipCode] = useState('');
  const [look, setLook] = useState<Look>();
  const lookAround = () => {
    setLook('looking');
    navigator.geolocation.getCurrentPosition(
      ({ coords: { latitude, longitude } }) => {
        setLook(undefined);
        setZipCode('');
        onPlace({ kind: 'here', latitude, longitude });
      },
      ({ code, PERMISSION_DENIED }) => setLook(code === PERMISSION_DENIED ? 'denied' : 'failed'),
      { timeout: LONGEST_WAIT_MILLISECONDS, maximumAge: 60_000 },
    );
  };
  return (
    <>
      <div className="row">
        <Button aria-pressed={place.kind === 'here'} busy={look === 'looking'} onClick={lookAround}>
          {look === 'looking' ? i18n._('Looking around…') : i18n._('Near me')}
        </Button>
        {place.kind !== 'anywhere' && (
          <Button
            look="plain"
            onClick={() => {
              setZipCode('');
              onPlace({ kind: 'anywhere' });
            }}
          >
            {i18n._('Everywhere')}
          </Button>
        )}
      </div>
      {look === 'denied' && (
        <Note tone="warn">{i18n._('This phone does not let us know where you are. Write a ZIP code instead.')}</Note>
      )}
      {look === 'failed' && (
        <Note tone="warn">{i18n._('Your place could not be found. Try again, or write a ZIP code.')}</Note>
      )}
      <TextField
        label={i18n._('Near a ZIP code')}
        inputMode="numeric"
        autoComplete="postal-code"
        maxLength={5}
        value={zipCode}
        onChange={({ target: { value } }) => {
          const digits = value.replace(/\D/g, '');
          setZipCode(digits);
          if (digits.length === 5) onPlace({ kind: 'zipCode', zipCode: digits });
          else if (place.kind === 'zipCode') onPlace({ kind: 'anywhere' });
        }}
      />
    </>
  );
}
