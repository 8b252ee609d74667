/*
 * One import from its columns to what became of it. It is watched while it moves, so that the page follows the work; each
 * state has its own next step, and none is a dead end.
 */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery, useSubscription } from 'urql';
import { Link } from 'wouter';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Note, ScreenTitle } from '../../interface/parts.tsx';
import {
  CancelImportDocument,
  ImportDocument,
  type ImportPartsFragment,
  ImportProgressDocument,
  UndoImportDocument,
} from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { Facts } from '../shell/facts.tsx';
import { useMayChange, ViewerNote } from '../shell/rights.tsx';
import { Comparison } from './comparison.tsx';
import { isMoving, kindNames, stateNames, stateTones } from './kinds.ts';
import { Mapping } from './mapping.tsx';
import { Outcome } from './outcome.tsx';
import { Progress } from './progress.tsx';

export function ImportScreen({ id }: { readonly id: string }) {
  const { i18n } = useLingui();
  const [{ data, error, fetching }, ask] = useQuery({ query: ImportDocument, variables: { id } });
  const state = data?.fileImport.state;
  // What it tells goes into the cache, from where the question above is answered anew.
  useSubscription({ query: ImportProgressDocument, variables: { id }, pause: !state || isOver(state) });
  return (
    <>
      <Link href="/imports">{i18n._('Back to the list')}</Link>
      <Answer
        data={data?.fileImport}
        error={error}
        fetching={fetching}
        retry={() => ask({ requestPolicy: 'network-only' })}
      >
        {(it) => <Shown it={it} />}
      </Answer>
    </>
  );
}

const isOver = (state: ImportPartsFragment['state']) => state === 'UNDONE';

function Shown({ it }: { readonly it: ImportPartsFragment }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [isRemapping, setRemapping] = useState(false);
  const mayChange = useMayChange()(it.organisationId ?? '');
  const { state } = it;
  const isMapping = state === 'MAPPING' || (state === 'COMPARED' && isRemapping);
  return (
    <>
      <ScreenTitle>{it.fileName}</ScreenTitle>
      <p className="row" role="status">
        <Badge>{kindNames(i18n)[it.kind]}</Badge>
        <Badge tone={stateTones[state]}>{stateNames(i18n)[state]}</Badge>
      </p>
      {it.failure && <Note tone="bad">{it.failure}</Note>}
      {it.encodingAssumed && (state === 'MAPPING' || state === 'COMPARED') && (
        <Note tone="warn">{i18n._('The encoding is a guess: look whether accents are right before you go on.')}</Note>
      )}
      <Facts
        entries={[
          [i18n._('Format'), it.format],
          [i18n._('Encoding'), it.encoding],
          [i18n._('Begun'), instant(it.createdAt)],
          [i18n._('Applied'), it.appliedAt && instant(it.appliedAt)],
          [i18n._('Only for'), it.organisationId],
          [i18n._('What it lacks'), it.complete ? i18n._('is archived') : i18n._('stays as it is')],
        ]}
      />
      {!mayChange && it.organisationId && <ViewerNote organisationId={it.organisationId} />}
      {isMapping && mayChange && <Mapping it={it} onMapped={() => setRemapping(false)} />}
      {isMoving(state) && <Progress it={it} />}
      {state === 'COMPARED' && !isRemapping && (
        <Comparison it={it} mayChange={mayChange} onRemap={() => setRemapping(true)} />
      )}
      {!isMapping && !isMoving(state) && state !== 'COMPARED' && <Outcome it={it} />}
      {mayChange && <Ways it={it} />}
    </>
  );
}

/** Stopping and undoing. */
function Ways({ it }: { readonly it: ImportPartsFragment }) {
  const { i18n } = useLingui();
  const [asked, setAsked] = useState<'stop' | 'undo'>();
  const { id, state, rowsApplied } = it;
  const mayStop = ['MAPPING', 'READING', 'COMPARED', 'APPLYING'].includes(state);
  const mayUndo = ['APPLIED', 'CANCELLED', 'FAILED'].includes(state) && rowsApplied > 0;
  const variables = { input: { importId: id } };
  const close = () => setAsked(undefined);
  return (
    <>
      <div className="row">
        {mayStop && <Button onClick={() => setAsked('stop')}>{i18n._('Stop this import')}</Button>}
        {mayUndo && (
          <Button look="danger" onClick={() => setAsked('undo')}>
            {i18n._('Undo this import')}
          </Button>
        )}
      </div>
      {asked === 'stop' && (
        <Confirmation
          document={CancelImportDocument}
          variables={variables}
          title={i18n._('Stop this import?')}
          consequence={i18n._('What was applied by then stays; you can undo it afterwards.')}
          action={i18n._('Stop it')}
          danger
          done={i18n._('The import was stopped.')}
          onClose={close}
        />
      )}
      {asked === 'undo' && (
        <Confirmation
          document={UndoImportDocument}
          variables={variables}
          title={i18n._('Undo this import?')}
          consequence={i18n._(
            'What it changed is put back, except what somebody has edited since; what it made is archived.',
          )}
          action={i18n._('Undo it')}
          danger
          done={i18n._('The import is being undone.')}
          onClose={close}
        />
      )}
    </>
  );
}
