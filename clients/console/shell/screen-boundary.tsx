/*
 * A screen that cannot be shown (its file cannot be loaded without a connection, or is of a version that is gone) costs
 * that screen and not the page; loading the page anew brings the present version.
 */
import { useLingui } from '@lingui/react';
import { Component, type ReactNode } from 'react';
import { Button, Note } from '../../interface/parts.tsx';

interface BoundaryProperties {
  /** Another place begins anew. */
  readonly place: string;
  readonly children: ReactNode;
}

interface BoundaryState {
  readonly hasFailed: boolean;
}

export class ScreenBoundary extends Component<BoundaryProperties, BoundaryState> {
  override state: BoundaryState = { hasFailed: false };

  static getDerivedStateFromError(): BoundaryState {
    return { hasFailed: true };
  }

  override componentDidUpdate(before: BoundaryProperties): void {
    if (before.place !== this.props.place && this.state.hasFailed) this.setState({ hasFailed: false });
  }

  override render(): ReactNode {
    return this.state.hasFailed ? <Unshown /> : this.props.children;
  }
}

function Unshown() {
  const { i18n } = useLingui();
  return (
    <>
      <h1>{i18n._('This screen cannot be shown now')}</h1>
      <Note tone="bad">
        {i18n._('There may be no connection, or a new version of the console. Load the page again.')}
      </Note>
      <div>
        <Button look="accent" onClick={() => location.reload()}>
          {i18n._('Load again')}
        </Button>
      </div>
    </>
  );
}
