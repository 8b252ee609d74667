/*
 * A list that is read page by page, of every site: asks, waits, says what failed or that there is nothing, and reads on.
 * The cache joins the pages. The focus never falls off the page: it goes on to the first entry that is new, and after
 * `reload`, which begins at the first page again, to the title where what had it is gone.
 */
import { type Key, type ReactNode, useEffect, useRef, useState } from 'react';
import { type AnyVariables, type CombinedError, type TypedDocumentNode, useQuery } from 'urql';
import { Answer, More } from './page-state.tsx';

export interface Page<Node> {
  readonly edges: readonly { readonly node: Node }[];
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor?: string | null | undefined };
}

export interface Paged<Node> {
  readonly page: Page<Node> | undefined;
  readonly error: CombinedError | undefined;
  readonly fetching: boolean;
  reload(): void;
  /** Asks again where it is, and leaves the focus alone: for what happens without the person. */
  refresh(): void;
  onMore(): void;
}

const PAGE = 20;

/**
 * @param variables besides first and after; others begin a new list. @param pick the page in the answer.
 * @returns the list, and the answer with what else was asked for.
 */
export function usePaged<Data, Variables extends AnyVariables, Node>(
  query: TypedDocumentNode<Data, Variables>,
  variables: object,
  pick: (data: Data) => Page<Node> | null | undefined,
  { pause = false }: { readonly pause?: boolean } = {},
): Paged<Node> & { readonly data: Data | undefined } {
  const list = JSON.stringify(variables);
  const [read, setRead] = useState<{ readonly list: string; readonly after: string | null }>();
  const after = read?.list === list ? read.after : null;
  const [{ data, error, fetching, stale }, ask] = useQuery({
    query,
    variables: { ...variables, first: PAGE, after } as unknown as Variables,
    pause,
  });
  const page = data === undefined || data === null ? undefined : (pick(data) ?? undefined);
  const reloaded = useRef(false);
  // biome-ignore lint/correctness/useExhaustiveDependencies: what had the focus may have gone with what was done about it.
  useEffect(() => {
    if (!reloaded.current || document.activeElement !== document.body) return;
    reloaded.current = false;
    document.querySelector<HTMLElement>('main h1')?.focus({ preventScroll: true });
  }, [page]);
  return {
    data: data ?? undefined,
    page,
    error,
    fetching: fetching || stale,
    reload() {
      reloaded.current = true;
      setRead(undefined);
      ask({ requestPolicy: 'network-only' });
    },
    refresh: () => ask({ requestPolicy: 'network-only' }),
    onMore: () => setRead({ list, after: page?.pageInfo.endCursor ?? null }),
  };
}

interface PagedListProperties<Node> {
  readonly list: Paged<Node>;
  readonly idOf: (node: Node) => Key;
  /** Shown where the list is empty. */
  readonly empty: ReactNode;
  /** `sheet` puts entries side by side where there is room; `entries` are lines, of what is left and what is right. */
  readonly look?: 'stack' | 'sheet' | 'entries';
  readonly children: (node: Node) => ReactNode;
}

export function PagedList<Node>({ list, idOf, empty, look = 'stack', children }: PagedListProperties<Node>) {
  const { page, error, fetching, reload, onMore } = list;
  const entries = useRef<HTMLUListElement>(null);
  /** How many there were when more were asked for. */
  const known = useRef<number>(undefined);
  const count = page?.edges.length ?? 0;
  useEffect(() => {
    if (known.current === undefined || count <= known.current) return;
    entries.current?.querySelectorAll<HTMLElement>(':scope > li')[known.current]?.focus();
    known.current = undefined;
  }, [count]);
  return (
    <Answer data={page} error={error} fetching={fetching} retry={reload}>
      {({ edges, pageInfo }) => (
        <>
          {edges.length === 0 && empty}
          {edges.length > 0 && (
            <ul ref={entries} className={look}>
              {edges.map(({ node }) => (
                <li key={idOf(node)} tabIndex={-1}>
                  {children(node)}
                </li>
              ))}
            </ul>
          )}
          <More
            has={pageInfo.hasNextPage}
            busy={fetching}
            onMore={() => {
              known.current = edges.length;
              onMore();
            }}
          />
        </>
      )}
    </Answer>
  );
}
