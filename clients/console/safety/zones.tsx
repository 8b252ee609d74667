/* Areas in which nobody is to be found: on a map and, equal to it, as a list; drawn by clicks or written corner by corner. */
import { useLingui } from '@lingui/react';
import { useMemo, useState } from 'react';
import { useForm } from 'react-hook-form';
import { useFormats } from '../../interface/language.tsx';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, Field, Note, ScreenTitle, TextField } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import {
  ArchiveExclusionZoneDocument,
  type ExclusionReason,
  ExclusionZonesDocument,
  SaveExclusionZoneDocument,
  type ZonePartsFragment,
} from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { readCorner, readRing, writtenRing } from './ring.ts';
import { zoneReasons } from './words.ts';
import { ZoneMap } from './zone-map.tsx';
import './zones.css';

export function Zones() {
  const { i18n } = useLingui();
  const list = usePaged(ExclusionZonesDocument, {}, (data) => data.exclusionZones);
  const [edited, setEdited] = useState<ZonePartsFragment | 'new'>();
  const [ended, setEnded] = useState<ZonePartsFragment>();
  const { page } = list;
  const rings = useMemo(
    () => (page?.edges ?? []).filter(({ node }) => !node.archivedAt).map(({ node }) => node.ring),
    [page],
  );
  if (edited) {
    return (
      <ZoneForm
        zone={edited === 'new' ? undefined : edited}
        others={rings}
        onClose={() => setEdited(undefined)}
        onSaved={list.reload}
      />
    );
  }
  return (
    <>
      <ScreenTitle>{i18n._('Areas without meetings')}</ScreenTitle>
      <p className="quiet">{i18n._('In these areas no officer can be found and nobody is told of one.')}</p>
      <div>
        <Button look="accent" onClick={() => setEdited('new')}>
          {i18n._('Draw an area')}
        </Button>
      </div>
      {page && <ZoneMap label={i18n._('Map of the areas; the list below says the same.')} zones={rings} />}
      <PagedList
        list={list}
        idOf={({ id }) => id}
        look="sheet"
        empty={<Empty title={i18n._('People may meet everywhere')} />}
      >
        {(zone) => <ZoneCard zone={zone} onChange={() => setEdited(zone)} onEnd={() => setEnded(zone)} />}
      </PagedList>
      {ended && (
        <Confirmation
          document={ArchiveExclusionZoneDocument}
          variables={{ input: { zoneId: ended.id } }}
          title={i18n._('End {name}?', { name: ended.name })}
          consequence={i18n._('People may meet there again, within half a minute.')}
          action={i18n._('End the area')}
          danger
          done={i18n._('The area is ended.')}
          onClose={() => setEnded(undefined)}
          onDone={list.reload}
        />
      )}
    </>
  );
}

interface ZoneCardProperties {
  readonly zone: ZonePartsFragment;
  onChange(): void;
  onEnd(): void;
}

function ZoneCard({ zone, onChange, onEnd }: ZoneCardProperties) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const { name, reason, ring, updatedAt, archivedAt } = zone;
  return (
    <article className="card">
      <h2>{name}</h2>
      <p className="row">
        <Badge>{zoneReasons[reason](i18n)}</Badge>
        <Badge tone={archivedAt ? undefined : 'good'}>{archivedAt ? i18n._('Ended') : i18n._('In force')}</Badge>
      </p>
      <p className="quiet small">{i18n._('changed {instant}', { instant: instant(archivedAt ?? updatedAt) })}</p>
      <details>
        <summary>{i18n._('{count, plural, one {# corner} other {# corners}}', { count: ring.length })}</summary>
        <pre className="code">{writtenRing(ring)}</pre>
      </details>
      {!archivedAt && (
        <div className="row">
          <Button onClick={onChange}>{i18n._('Change {name}', { name })}</Button>
          <Button look="danger" onClick={onEnd}>
            {i18n._('End {name}', { name })}
          </Button>
        </div>
      )}
    </article>
  );
}

interface ZoneFormProperties {
  readonly zone: ZonePartsFragment | undefined;
  readonly others: readonly ZonePartsFragment['ring'][];
  onClose(): void;
  onSaved(): void;
}

interface ZoneFields {
  readonly name: string;
  readonly reason: ExclusionReason;
  readonly corners: string;
}

function ZoneForm({ zone, others, onClose, onSaved }: ZoneFormProperties) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(SaveExclusionZoneDocument);
  const { register, handleSubmit, watch, getValues, setValue, formState } = useForm<ZoneFields>({
    defaultValues: {
      name: zone?.name ?? '',
      reason: zone?.reason ?? 'SCHOOL',
      corners: zone ? writtenRing(zone.ring) : '',
    },
  });
  const { errors } = formState;
  const written = watch('corners');
  const draft = useMemo(
    () =>
      written
        .split('\n')
        .map(readCorner)
        .filter((corner) => corner !== undefined),
    [written],
  );
  const pick = (longitude: number, latitude: number) => {
    const before = getValues('corners').trimEnd();
    setValue('corners', `${before}${before && '\n'}${latitude}, ${longitude}`, { shouldDirty: true });
  };
  const submit = handleSubmit(async ({ name, reason, corners }) => {
    const ring = readRing(corners) ?? [];
    if (!(await run({ input: { zoneId: zone?.id ?? null, name: name.trim(), reason, ring } }))) return;
    tell(i18n._('The area is in force, everywhere within half a minute.'));
    onSaved();
    onClose();
  });
  return (
    <>
      <ScreenTitle>{zone ? i18n._('Change {name}', { name: zone.name }) : i18n._('Draw an area')}</ScreenTitle>
      <ZoneMap
        label={i18n._('Map to draw on: each click is the next corner. Corners can be written below instead.')}
        zones={others}
        draft={draft}
        onPick={pick}
      />
      <form className="card form" onSubmit={(event) => void submit(event)} noValidate>
        <TextField
          label={i18n._('Name of the area')}
          maxLength={80}
          fault={errors.name?.message}
          {...register('name', { validate: (value) => value.trim() !== '' || i18n._('This is needed.') })}
        />
        <Field label={i18n._('Why nobody is to be found there')}>
          {(control) => (
            <select {...control} {...register('reason')}>
              {(Object.keys(zoneReasons) as ExclusionReason[]).map((each) => (
                <option key={each} value={each}>
                  {zoneReasons[each](i18n)}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label={i18n._('Corners')}
          hint={i18n._('A corner a line, latitude and longitude, such as 30.2672, -97.7431. Or click on the map.')}
          fault={errors.corners?.message}
        >
          {(control) => (
            <textarea
              {...control}
              rows={6}
              {...register('corners', {
                validate: (value) =>
                  readRing(value) !== undefined || i18n._('Write at least three corners, one a line.'),
              })}
            />
          )}
        </Field>
        {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
        <div className="row">
          <Button type="submit" look="accent" busy={busy}>
            {i18n._('Save the area')}
          </Button>
          <Button look="plain" onClick={onClose}>
            {i18n._('Cancel')}
          </Button>
        </div>
      </form>
    </>
  );
}
