/* Something to take away as it stands, such as a secret: shown to be read, and put on the clipboard by a button. */
import { useLingui } from '@lingui/react';
import { useNotice } from '../../interface/notices.tsx';
import { Button } from '../../interface/parts.tsx';

export function Copied({ label, text }: { readonly label: string; readonly text: string }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const copy = () =>
    navigator.clipboard.writeText(text).then(
      () => tell(i18n._('Copied.')),
      () => tell(i18n._('The browser does not allow it: select the text and copy it yourself.')),
    );
  return (
    <div className="field">
      <span className="label">{label}</span>
      <div className="code">{text}</div>
      <div>
        <Button aria-label={i18n._('Copy: {what}', { what: label })} onClick={() => void copy()}>
          {i18n._('Copy')}
        </Button>
      </div>
    </div>
  );
}
