/* Who learns what of a person, said before they agree to it and wherever they want to read it again. */
import { useLingui } from '@lingui/react';

export function WhoSeesWhat() {
  const { i18n } = useLingui();
  const lines: readonly (readonly [string, string])[] = [
    [
      i18n._('The person you meet'),
      i18n._('Your first name, your picture and how many people you have met. You can hide name and picture.'),
    ],
    [
      i18n._('Your location'),
      i18n._(
        'Asked for only while a screen needs it, kept for minutes, in no history. Citizens are shown to nobody. Officers who are available are shown as an area; the exact place goes to the one person whose request they accept.',
      ),
    ],
    [i18n._('Shops and charities'), i18n._('A code to check, or how many points you gave. Never your name.')],
    [i18n._('Your e-mail address and phone'), i18n._('Nobody you meet. They keep it to one account for one person.')],
    [i18n._('Your age'), i18n._('Nobody. We ask in which band you are, not when you were born.')],
    [
      i18n._('The people who run Hey Blue!'),
      i18n._('Your account and your meetings, to answer reports and to keep meetings genuine.'),
    ],
    [i18n._('Everybody'), i18n._('A story, only if both of you agree to it, and you can take it back.')],
  ];
  return (
    <dl className="own-facts" data-of="words">
      {lines.map(([who, what]) => (
        <div key={who}>
          <dt>{who}</dt>
          <dd>{what}</dd>
        </div>
      ))}
    </dl>
  );
}
