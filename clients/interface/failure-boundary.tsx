/*
 * What fails in a screen costs that screen and not the page: it says what happened and offers ways on. A file that cannot be
 * loaded (there is no connection, or a newer version has taken its place) is told apart from a fault of ours.
 */
import { useLingui } from '@lingui/react';
import { Component, type ReactNode } from 'react';
import { Button, Note, ScreenTitle } from './parts.tsx';

interface BoundaryProperties {
  /** Another place begins anew. */
  readonly place?: string;
  /** The address that the site starts at, where that is another one than this. */
  readonly start?: string;
  /** Around a whole page instead of in its main part: the class that its main part has. */
  readonly frame?: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly failure?: { readonly cause: unknown } | undefined;
}

export class FailureBoundary extends Component<BoundaryProperties, BoundaryState> {
  override state: BoundaryState = {};

  static getDerivedStateFromError(cause: unknown): BoundaryState {
    return { failure: { cause } };
  }

  override componentDidUpdate(before: BoundaryProperties): void {
    if (before.place !== this.props.place && this.state.failure) this.setState({ failure: undefined });
  }

  override render(): ReactNode {
    const { failure } = this.state;
    const { start, frame, children } = this.props;
    if (!failure) return children;
    const failed = <Failed cause={failure.cause} start={start} />;
    return frame ? <main className={frame}>{failed}</main> : failed;
  }
}

/** Browsers have no name for it: each says it in a sentence of its own, and Vite of a style sheet. */
const ofLoading = /dynamically imported module|importing a module script failed|unable to preload css/i;

function Failed({ cause, start }: { readonly cause: unknown; readonly start: string | undefined }) {
  const { i18n } = useLingui();
  const isOfLoading = cause instanceof Error && ofLoading.test(cause.message);
  return (
    <div className="stack">
      <ScreenTitle>{i18n._('This screen cannot be shown now')}</ScreenTitle>
      <Note tone="bad">
        {isOfLoading
          ? i18n._('There may be no connection, or a new version has come out. Load the page again.')
          : i18n._(
              'Something went wrong on our side. What was saved before is kept. Load the page again, or go on elsewhere.',
            )}
      </Note>
      <div className="row">
        <Button look="accent" onClick={() => location.reload()}>
          {i18n._('Load again')}
        </Button>
        {start && (
          <a className="button" href={start}>
            {i18n._('Go to the start')}
          </a>
        )}
      </div>
    </div>
  );
}
