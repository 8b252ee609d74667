/*
 * A list that is read page by page: asks, waits, says what failed or that there is nothing, and reads on. After something
 * was done, `reload` begins at the first page again.
 */
import { type Key, type ReactNode, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useQuery } from 'urql';
import { Answer, More } from '../../interface/page-state.tsx';

interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null | undefined };
}

export interface Paged<Node> {
  readonly page: Page<Node> | undefined;
  readonly error: CombinedError | undefined;
  readonly fetching: boolean;
  reload(): void;
  onMore(): void;
}

const PAGE = 20;

/** @param variables besides first and after; others begin a new list. @param pick the page in the answer. */
export function usePaged<Data, Variables extends AnyVariables, Node>(
  query: TypedDocumentNode<Data, Variables>,
  variables: object,
  pick: (data: Data) => Page<Node> | null | undefined,
  options: { readonly pause?: boolean } = {},
): Paged<Node> {
  const list = JSON.stringify(variables);
  const [read, setRead] = useState<{ readonly list: string; readonly after: string | null }>();
  const after = read?.list === list ? read.after : null;
  const [{ data, error, fetching }, ask] = useQuery({
    query,
    variables: { ...variables, first: PAGE, after } as unknown as Variables,
    pause: options.pause ?? false,
  });
  const page = data === undefined ? undefined : (pick(data) ?? undefined);
  const reloaded = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what had the focus may have gone with what was done about it.
  useEffect(() => {
    if (!reloaded.current || document.activeElement !== document.body) return;
    reloaded.current = false;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [page]);
  return {
    page,
    error,
    fetching,
    reload() {
      reloaded.current = true;
      setRead(undefined);
      ask({ requestPolicy: 'network-only' });
    },
    onMore: () => setRead({ list, after: page?.pageInfo.endCursor ?? null }),
  };
}

interface PagedListProperties<Node> {
  readonly list: Paged<Node>;
  readonly idOf: (node: Node) => Key;
  /** Shown where the list is empty. */
  readonly empty: ReactNode;
  /** `sheet` puts entries side by side where there is room. */
  readonly look?: 'stack' | 'sheet';
  readonly children: (node: Node) => ReactNode;
}

export function PagedList<Node>({ list, idOf, empty, look = 'stack', children }: PagedListProperties<Node>) {
  const { page, error, fetching, reload, onMore } = list;
  return (
    <Answer data={page} error={error} fetching={fetching} retry={reload}>
      {({ edges, pageInfo }) => (
        <>
          {edges.length === 0 && empty}
          {edges.length > 0 && (
            <ul className={look}>
              {edges.map(({ node }) => (
                <li key={idOf(node)}>{children(node)}</li>
              ))}
            </ul>
          )}
          <More has={pageInfo.hasNextPage} busy={fetching} onMore={onMore} />
        </>
      )}
    </Answer>
  );
}
