/* A new import: what the file is about, the file, and how it is read where finding that out goes wrong. */
import { useLingui } from '@lingui/react';
import { useRef, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useMutation } from 'urql';
import { Link, useLocation } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { Button, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { type ImportKind, OpenImportDocument, StartUploadDocument } from '../generated/graphql.ts';
import { useOwnChangeable } from '../shell/rights.tsx';
import { kindNames } from './kinds.ts';
import { mediaTypeOf, sendFile, sha256Of } from './send-file.ts';

interface Wish {
  kind: ImportKind;
  complete: boolean;
  organisationId: string;
  encoding: string;
  delimiter: string;
  sheet: string;
  headerLine: string;
}

type Stage = { readonly name: 'choosing' | 'reading' } | { readonly name: 'sending'; readonly part: number };

const nothing: Omit<Wish, 'kind'> = {
  complete: false,
  organisationId: '',
  encoding: '',
  delimiter: '',
  sheet: '',
  headerLine: '',
};

export function NewImport() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const [, go] = useLocation();
  const isAdministrator = scopes.includes('administrator');
  const own = useOwnChangeable('retailer', 'department');
  const { register, handleSubmit, watch } = useForm<Wish>({
    defaultValues: {
      kind: isAdministrator ? 'STORES' : 'PRODUCTS',
      ...nothing,
      organisationId: isAdministrator ? '' : (own[0] ?? ''),
    },
  });
  const [, startUpload] = useMutation(StartUploadDocument);
  const [, openImport] = useMutation(OpenImportDocument);
  const [file, setFile] = useState<File>();
  const [fileFault, setFileFault] = useState<string>();
  const [stage, setStage] = useState<Stage>({ name: 'choosing' });
  const [failure, setFailure] = useState<string>();
  const chooser = useRef<HTMLInputElement>(null);
  const begin = async (chosen: File, wish: Wish) => {
    const bytes = { fileName: chosen.name, bytes: chosen.size, contentType: mediaTypeOf(chosen) };
    const sha256 = await sha256Of(chosen);
    const started = await startUpload({ input: { ...bytes, ...(sha256 && { sha256 }) } });
    if (!started.data) return setFailure(explain(started.error, i18n));
    const { upload, url, headers } = started.data.startUpload;
    setStage({ name: 'sending', part: 0 });
    try {
      await sendFile(chosen, { url, headers }, (part) => setStage({ name: 'sending', part }));
    } catch {
      return setFailure(i18n._('The file could not be sent. Check the connection and try again.'));
    }
    setStage({ name: 'reading' });
    const { kind, complete, organisationId, encoding, delimiter, sheet, headerLine } = wish;
    const opened = await openImport({
      input: {
        kind,
        uploadId: upload.id,
        complete,
        ...(organisationId.trim() && { organisationId: organisationId.trim() }),
        ...(encoding && { encoding }),
        ...(delimiter && { delimiter }),
        ...(sheet.trim() && { sheet: sheet.trim() }),
        ...(headerLine.trim() && { headerLine: Number(headerLine) }),
      },
    });
    if (!opened.data) return setFailure(explain(opened.error, i18n));
    go(`/imports/${opened.data.openFileImport.import.id}`);
  };
  const submit = handleSubmit(async (wish) => {
    setFailure(undefined);
    setFileFault(undefined);
    if (!file || file.size === 0) {
      setFileFault(file ? i18n._('The file is empty.') : i18n._('Choose a file.'));
      chooser.current?.focus();
      return;
    }
    setStage({ name: 'reading' });
    await begin(file, wish);
    setStage({ name: 'choosing' });
  });
  const kinds = Object.entries(kindNames(i18n)).filter(([kind]) => isAdministrator || mayImport(kind, scopes));
  if (!isAdministrator && own.length === 0) {
    return (
      <>
        <Link href="/imports">{i18n._('Back to the list')}</Link>
        <ScreenTitle>{i18n._('Import a file')}</ScreenTitle>
        <Note>{i18n._('You look at this as a viewer. Its owners and editors can change it.')}</Note>
      </>
    );
  }
  return (
    <>
      <Link href="/imports">{i18n._('Back to the list')}</Link>
      <ScreenTitle>{i18n._('Import a file')}</ScreenTitle>
      <form className="card stack form" onSubmit={(event) => void submit(event)} noValidate>
        <Field label={i18n._('What the rows are')}>
          {(control) => (
            <select {...control} {...register('kind')}>
              {kinds.map(([kind, name]) => (
                <option key={kind} value={kind}>
                  {name}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={i18n._('File')}
          hint={i18n._('CSV, TSV, JSON or Excel. Separators, encoding and header are found by themselves.')}
          fault={fileFault}
        >
          {(control) => (
            <input
              {...control}
              ref={chooser}
              type="file"
              accept=".csv,.tsv,.txt,.json,.ndjson,.xlsx"
              onChange={(event) => setFile(event.target.files?.[0])}
            />
          )}
        </Field>
        {own.length > 1 && (
          <Field label={i18n._('For which organisation')}>
            {(control) => (
              <select {...control} {...register('organisationId')}>
                {own.map((id) => (
                  <option key={id} value={id}>
                    {id}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        {isAdministrator && (
          <TextField
            label={i18n._('Only for this retailer or department, by its id (optional)')}
            hint={watch('kind') === 'OFFICERS' ? i18n._('Officers need their department here.') : undefined}
            {...register('organisationId')}
          />
        )}
        <label className="check">
          <input type="checkbox" {...register('complete')} />
          <span>{i18n._('The file lists everything there is: archive what it lacks')}</span>
        </label>
        <details>
          <summary>{i18n._('Read it in another way')}</summary>
          <div className="stack">
            <Field label={i18n._('Encoding')}>
              {(control) => (
                <select {...control} {...register('encoding')}>
                  <option value="">{i18n._('Find it')}</option>
                  {['utf-8', 'utf-16le', 'utf-16be', 'windows-1252'].map((each) => (
                    <option key={each}>{each}</option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={i18n._('Separator')}>
              {(control) => (
                <select {...control} {...register('delimiter')}>
                  <option value="">{i18n._('Find it')}</option>
                  <option value="comma">{i18n._('Comma')}</option>
                  <option value="semicolon">{i18n._('Semicolon')}</option>
                  <option value="tab">{i18n._('Tab')}</option>
                  <option value="bar">{i18n._('Bar')}</option>
                </select>
              )}
            </Field>
            <TextField label={i18n._('Sheet of the workbook (optional)')} {...register('sheet')} />
            <TextField
              label={i18n._('Line of the header (optional)')}
              inputMode="numeric"
              {...register('headerLine')}
            />
          </div>
        </details>
        <Sending stage={stage} />
        {failure && <Note tone="bad">{failure}</Note>}
        <Button type="submit" look="accent" busy={stage.name !== 'choosing'}>
          {i18n._('Upload and read the header')}
        </Button>
      </form>
    </>
  );
}

function Sending({ stage }: { readonly stage: Stage }) {
  const { i18n } = useLingui();
  if (stage.name === 'choosing') return null;
  const percent = stage.name === 'sending' ? Math.round(stage.part * 100) : undefined;
  const label = percent === undefined ? i18n._('Reading…') : i18n._('Sending: {percent} %', { percent });
  return (
    <div role="status" className="stack">
      <span>{label}</span>
      <progress className="progress" max={100} value={percent} aria-label={label} />
    </div>
  );
}

const mayImport = (kind: string, scopes: readonly string[]) =>
  kind === 'OFFICERS' ? scopes.includes('department') : kind !== 'CHARITIES' && scopes.includes('retailer');
