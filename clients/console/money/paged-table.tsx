/* A list that is read page by page into one table. */
import type { ReactNode } from 'react';
import { Answer, More } from '../../interface/page-state.tsx';
import type { Paged } from '../../interface/paged.tsx';

interface PagedTableProperties<Node> {
  readonly list: Paged<Node>;
  readonly empty: ReactNode;
  readonly children: (nodes: readonly Node[]) => ReactNode;
}

export function PagedTable<Node>({ list, empty, children }: PagedTableProperties<Node>) {
  const { page, error, fetching, reload, onMore } = list;
  return (
    <Answer data={page} error={error} fetching={fetching} retry={reload}>
      {({ edges, pageInfo }) => (
        <>
          {edges.length === 0 ? empty : children(edges.map(({ node }) => node))}
          <More has={pageInfo.hasNextPage} busy={fetching} onMore={onMore} />
        </>
      )}
    </Answer>
  );
}
