/* Asks once more before something that has no reason to be given, and says what follows from it. */
import { useLingui } from '@lingui/react';
import type { AnyVariables, TypedDocumentNode } from 'urql';
import { useNotice } from '../../interface/notices.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { useAct } from './act.ts';

interface ConfirmationProperties<Data, Variables extends AnyVariables> {
  readonly document: TypedDocumentNode<Data, Variables>;
  readonly variables: Variables;
  readonly title: string;
  readonly consequence: string;
  readonly action: string;
  readonly danger?: boolean;
  readonly done: string;
  onClose(): void;
  onDone?(data: Data): void;
}

export function Confirmation<Data, Variables extends AnyVariables>(
  properties: ConfirmationProperties<Data, Variables>,
) {
  const { document, variables, title, consequence, action, danger, done, onClose, onDone } = properties;
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(document);
  const confirm = async () => {
    const data = await run(variables);
    if (data === undefined) return;
    tell(done);
    onDone?.(data);
    onClose();
  };
  return (
    <Dialog open title={title} description={consequence} onClose={onClose}>
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button look={danger ? 'danger' : 'accent'} busy={busy} onClick={() => void confirm()}>
          {action}
        </Button>
        <Button look="plain" onClick={onClose}>
          {i18n._('Cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
