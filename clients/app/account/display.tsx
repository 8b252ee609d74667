/* How the app looks on this device: language, light or dark, and whether it stands on the home screen. */
import { useLingui } from '@lingui/react';
import { LanguageChoice } from '../../interface/language-choice.tsx';
import { Button, Field } from '../../interface/parts.tsx';
import { type Appearance, useAppearance } from './appearance.ts';
import { useInstallation } from './installation.tsx';

export function Display() {
  const { i18n } = useLingui();
  const [appearance, choose] = useAppearance();
  const names: Readonly<Record<Appearance, string>> = {
    system: i18n._('As on this device'),
    light: i18n._('Light'),
    dark: i18n._('Dark'),
  };
  return (
    <section className="card">
      <h2>{i18n._('On this device')}</h2>
      <LanguageChoice />
      <Field label={i18n._('Appearance')}>
        {(control) => (
          <select {...control} value={appearance} onChange={(event) => choose(event.target.value as Appearance)}>
            {Object.entries(names).map(([value, name]) => (
              <option key={value} value={value}>
                {name}
              </option>
            ))}
          </select>
        )}
      </Field>
      <OnHomeScreen />
    </section>
  );
}

/** Where browsers cannot be asked to install, as on iPhones, the person is told how they do it. */
function OnHomeScreen() {
  const { i18n } = useLingui();
  const { install, isInstalled } = useInstallation();
  if (isInstalled) return <p className="quiet">{i18n._('Hey Blue! is on your home screen.')}</p>;
  if (install) return <Button onClick={() => void install()}>{i18n._('Put Hey Blue! on the home screen')}</Button>;
  if (!/iPhone|iPad/.test(navigator.userAgent)) return null;
  return (
    <p className="quiet">{i18n._('To have Hey Blue! on your home screen: tap Share, then Add to Home Screen.')}</p>
  );
}
