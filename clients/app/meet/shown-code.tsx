/*
 * The code that the other scans, anew every 30 seconds, made on the phone: it is shown with and without a network. For
 * whom no camera can be pointed at, it stands below in letters.
 */
import { useLingui } from '@lingui/react';
import { useEffect, useState } from 'react';
import { renderSVG } from 'uqr';
import { Waiting } from '../../interface/parts.tsx';
import { useNow } from './clock.tsx';
import { type CodeSecret, inGroups, type Shown, stepAt, writeCode } from './meeting-code.ts';

interface ShownCodeProperties {
  readonly secret: CodeSecret;
  readonly shown: Shown;
}

export function ShownCode({ secret, shown }: ShownCodeProperties) {
  const { i18n } = useLingui();
  const now = useNow().getTime();
  const step = stepAt(now, secret.stepSeconds);
  const [code, setCode] = useState<string>();
  useEffect(() => {
    let isCurrent = true;
    void writeCode(secret, shown, step).then((written) => isCurrent && setCode(written));
    return () => {
      isCurrent = false;
    };
  }, [secret, shown, step]);
  if (!code) return <Waiting />;
  const seconds = secret.stepSeconds - Math.floor(now / 1_000 - step * secret.stepSeconds);
  return (
    <div className="code-frame">
      <div
        role="img"
        aria-label={i18n._('Code to scan')}
        data-code={code}
        // biome-ignore lint/security/noDangerouslySetInnerHtml: the library draws squares, of a code that we made.
        dangerouslySetInnerHTML={{ __html: renderSVG(code, { ecc: 'M', border: 2 }) }}
      />
      <p className="quiet small number">
        {i18n._('{seconds, plural, one {Changes in # second.} other {Changes in # seconds.}}', { seconds })}
      </p>
      <details>
        <summary>{i18n._('Show it in letters')}</summary>
        <p className="spelled">{inGroups(code)}</p>
      </details>
    </div>
  );
}
