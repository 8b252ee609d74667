/*
 * The list of what a story must not tell that a new system begins with; administrators edit it (story-rules.ts). A match
 * refuses nobody: a person looks at the text, so rules err on the careful side. Part of a migration: never edited.
 */

export interface FirstStoryRule {
  readonly name: string;
  /** PostgreSQL's advanced regular expressions (manual, 9.7.3), matched without case unless it begins with (?c). */
  readonly pattern: string;
  readonly about: string;
}

const gap = String.raw`[\s,.;:_()/*|–—-]*`;
const number = '(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)';
const street =
  '(?:street|st|avenue|ave|boulevard|blvd|road|rd|drive|dr|lane|ln|court|ct|place|pl|parkway|pkwy|highway|hwy|terrace|circle|cir|trail|square|sq|plaza)';
const domains = '(?:com|org|net|gov|edu|mil|io|us|info|biz|co|app|me|tv|gg|ly|link|xyz|dev|ai|social|page|site)';
const places =
  '(?:insta(?:gram)?|ig|snap(?:chat)?|tik ?tok|telegram|whats ?app|venmo|cash ?app|facebook|fb|discord|twitter)';

/** The rules of a new system. */
export const firstStoryRules: readonly FirstStoryRule[] = [
  { name: 'phone-number', pattern: `(?:\\d${gap}){7}`, about: 'Seven digits or more, however they are spaced.' },
  { name: 'spoken-number', pattern: `(?:\\m${number}\\M${gap}){5}`, about: 'Five digits or more, written as words.' },
  {
    name: 'e-mail',
    pattern: String.raw`[[:alnum:]._%+-]+\s*(?:@|[[({]\s*at\s*[])}])\s*[[:alnum:]-]+|\s+at\s+[[:alnum:]-]+\s+dot\s+[[:alpha:]]{2}`,
    about: 'An e-mail address, also one with its @ written out.',
  },
  {
    name: 'link',
    pattern: String.raw`\m(?:https?|ftp|mailto|tel)\s*:|\mwww\.|[[:alnum:]]\.${domains}\M|\mdot\s+${domains}\M`,
    about: 'An address on the web.',
  },
  {
    name: 'handle',
    pattern: String.raw`(?:^|[^[:alnum:]])@\s*[[:alnum:]_.]{2}|\m${places}\M\s*(?::|@|is\M|=)`,
    about: 'A name on another network.',
  },
  {
    name: 'street-address',
    pattern: String.raw`\m\d{1,6}\s+(?:[[:alnum:].'-]+\s+){0,3}${street}\M|\mp\.?\s*o\.?\s*box\s*\d|\m(?:apt|apartment|unit|suite)\.?\s*#?\s*\d`,
    about: 'A house number with its street, a post office box, an apartment.',
  },
  {
    name: 'plate',
    pattern: String.raw`(?c)\m(?:[A-Z]{1,3}[ -]?\d{3,5}|\d{3,4}[ -]?[A-Z]{2,3}|\d[A-Z]{3}\d{3}|[A-Z]{2,3}\d[ -]?[A-Z0-9]{2,4}|[a-z]{2,3}-?\d{3,4})\M`,
    about: "What looks like a vehicle's plate.",
  },
  {
    name: 'badge-number',
    pattern: String.raw`\m(?:badge|unit|car|plate|tag|case)\s*(?:no|number|num|nr|#)?[\s.:#]*\d`,
    about: 'The number of a badge, a car or a case.',
  },
  {
    name: 'full-name',
    pattern: String.raw`(?c)\m(?:Officer|Ofc|Deputy|Sergeant|Sgt|Detective|Det|Corporal|Lieutenant|Lt|Captain|Mr|Mrs|Ms)\.?\s+[[:upper:]][[:alpha:]'-]+\s+[[:upper:]]`,
    about: 'A title with more than a first name.',
  },
];
