/*
 * A group of words that mean the same, made, changed and ended. The API knows groups by their words: a word that is left
 * out is first said to mean the same as no other. Whatever is interrupted can be done again.
 */
import type { I18n } from '@lingui/core';
import { useLingui } from '@lingui/react';
import { useForm } from 'react-hook-form';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Note, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { SetSynonymsDocument } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';

const MOST_WORDS = 20;

/** Says groups one after the other. @returns whether all were taken. */
function useSayGroups() {
  const { run, busy, failure } = useAct(SetSynonymsDocument);
  const say = async (groups: readonly (readonly string[])[]): Promise<boolean> => {
    for (const words of groups) if (!(await run({ input: { words: [...words] } }))) return false;
    return true;
  };
  return { say, busy, failure };
}

interface SynonymFormProperties {
  /** Empty for a new group. */
  readonly before: readonly string[];
  onDone(): void;
  onClose(): void;
}

export function SynonymForm({ before, onDone, onClose }: SynonymFormProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { say, busy, failure } = useSayGroups();
  const { register, handleSubmit, formState } = useForm({ defaultValues: { words: before.join(', ') } });
  const submit = handleSubmit(async ({ words: written }) => {
    const words = wordsOf(written);
    const kept = new Set(words.map((word) => word.toLowerCase()));
    const left = before.filter((word) => !kept.has(word)).map((word) => [word]);
    const isDone = await say([...left, words]);
    if (isDone || left.length > 0) onDone();
    if (!isDone) return;
    tell(i18n._('Saved.'));
    onClose();
  });
  return (
    <Dialog
      open
      title={before.length > 0 ? i18n._('Change the words') : i18n._('Add words')}
      description={i18n._('A word is in one group only: it leaves the one where it was. Searches know it at once.')}
      onClose={onClose}
    >
      <form className="stack" onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={i18n._('Words that mean the same')}
          hint={i18n._('With commas between them, 2 to 20; each a single word.')}
          autoCapitalize="none"
          autoComplete="off"
          fault={formState.errors.words?.message}
          {...register('words', { validate: (written) => faultOf(written, i18n) })}
        />
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div className="row">
          <Button type="submit" look="accent" busy={busy}>
            {i18n._('Save')}
          </Button>
          <Button look="plain" onClick={onClose}>
            {i18n._('Cancel')}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

interface EndSynonymsProperties {
  readonly words: readonly string[];
  onDone(): void;
  onClose(): void;
}

export function EndSynonyms({ words, onDone, onClose }: EndSynonymsProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { say, busy, failure } = useSayGroups();
  const end = async () => {
    const isDone = await say(words.slice(1).map((word) => [word]));
    onDone();
    if (!isDone) return;
    tell(i18n._('The words are removed.'));
    onClose();
  };
  return (
    <Dialog
      open
      title={i18n._('Remove these words?')}
      description={i18n._('Who searches for one of them no longer finds the others: {words}.', {
        words: words.join(', '),
      })}
      onClose={onClose}
    >
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button look="danger" busy={busy} onClick={() => void end()}>
          {i18n._('Remove')}
        </Button>
        <Button look="plain" onClick={onClose}>
          {i18n._('Cancel')}
        </Button>
      </div>
    </Dialog>
  );
}

function wordsOf(written: string): string[] {
  const words = written.split(',').map((word) => word.trim());
  return [...new Map(words.filter(Boolean).map((word) => [word.toLowerCase(), word])).values()];
}

function faultOf(written: string, i18n: I18n): string | true {
  const words = wordsOf(written);
  if (words.length < 2) return i18n._('Write at least two different words, with a comma between them.');
  if (words.length > MOST_WORDS) return i18n._('At most {most}.', { most: MOST_WORDS });
  const several = words.find((word) => /\s/.test(word));
  if (several) return i18n._('“{several}” is more than one word. Put a comma between words.', { several });
  return true;
}
