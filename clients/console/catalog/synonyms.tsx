/* Words that mean the same in searches: the groups, changing them, and trying what a search finds with them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { SynonymGroupsDocument } from '../generated/graphql.ts';
import { EndSynonyms, SynonymForm } from './synonym-form.tsx';
import { TrySearch } from './try-search.tsx';

type Words = readonly string[];

export function Synonyms() {
  const { i18n } = useLingui();
  const [edited, setEdited] = useState<Words>();
  const [ended, setEnded] = useState<Words>();
  const list = usePaged(SynonymGroupsDocument, {}, (data) => data.searchSynonymGroups);
  return (
    <>
      <ScreenTitle>{i18n._('Words of the search')}</ScreenTitle>
      <p className="quiet">
        {i18n._('Who searches for one word of a group finds offers with the others too, a little further down.')}
      </p>
      <div>
        <Button look="accent" onClick={() => setEdited([])}>
          {i18n._('Add words')}
        </Button>
      </div>
      <PagedList
        list={list}
        idOf={({ words }) => words.join(' ')}
        look="sheet"
        empty={
          <Empty title={i18n._('No words mean the same yet')}>
            <p>
              {i18n._('Typing errors are forgiven without it. Add words that mean the same, such as sofa and couch.')}
            </p>
          </Empty>
        }
      >
        {({ words }) => (
          <article className="card stack" aria-label={words.join(', ')}>
            <p>{words.join(', ')}</p>
            <div className="row">
              <Button
                onClick={() => setEdited(words)}
                aria-label={i18n._('Change the words {words}', { words: words.join(', ') })}
              >
                {i18n._('Change')}
              </Button>
              <Button
                onClick={() => setEnded(words)}
                aria-label={i18n._('Remove the words {words}', { words: words.join(', ') })}
              >
                {i18n._('Remove')}
              </Button>
            </div>
          </article>
        )}
      </PagedList>
      <TrySearch />
      {edited && <SynonymForm before={edited} onDone={list.reload} onClose={() => setEdited(undefined)} />}
      {ended && <EndSynonyms words={ended} onDone={list.reload} onClose={() => setEnded(undefined)} />}
    </>
  );
}
