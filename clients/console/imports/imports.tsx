/* The imports: the latest first, the way to a new one, and tables that are fetched by themselves. */
import { useLingui } from '@lingui/react';
import { Link, Route, Switch } from 'wouter';
import { useSite } from '../../graph/site.tsx';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Tabs } from '../../interface/panels.tsx';
import { Badge, Empty, Note, ScreenTitle } from '../../interface/parts.tsx';
import { ImportsDocument } from '../generated/graphql.ts';
import { useOwnChangeable } from '../shell/rights.tsx';
import { ImportScreen } from './import.tsx';
import './imports.css';
import { kindNames, stateNames, stateTones } from './kinds.ts';
import { NewImport } from './new-import.tsx';
import { Pulls } from './pulls.tsx';

export function Imports() {
  return (
    <Switch>
      <Route path="/imports/new" component={NewImport} />
      <Route path="/imports/:id">{({ id }) => <ImportScreen key={id} id={id} />}</Route>
      <Route component={Overview} />
    </Switch>
  );
}

function Overview() {
  const { i18n } = useLingui();
  const { scopes } = useSite();
  const own = useOwnChangeable('retailer', 'department');
  const mayImport = scopes.includes('administrator') || own.length > 0;
  return (
    <>
      <ScreenTitle>{i18n._('Imports')}</ScreenTitle>
      <p className="quiet">
        {i18n._(
          'Stores, products, offers, charities and officers from a file. Nothing is written before you approve it.',
        )}
      </p>
      {mayImport ? (
        <p>
          <Link className="button" data-look="accent" href="/imports/new">
            {i18n._('Import a file')}
          </Link>
        </p>
      ) : (
        <Note>{i18n._('You look at this as a viewer. Its owners and editors can change it.')}</Note>
      )}
      <Tabs
        label={i18n._('Imports')}
        tabs={[
          { id: 'files', label: i18n._('Files'), content: <Files /> },
          { id: 'pulls', label: i18n._('Fetched by themselves'), content: <Pulls /> },
        ]}
      />
    </>
  );
}

function Files() {
  const { i18n } = useLingui();
  const { instant, count } = useFormats();
  const list = usePaged(ImportsDocument, {}, (data) => data.fileImports);
  return (
    <PagedList
      list={list}
      idOf={({ id }) => id}
      look="sheet"
      empty={<Empty title={i18n._('Nothing was imported yet')} />}
    >
      {({ id, kind, state, fileName, rowsRead, rowsApplied, rowsRefused, createdAt }) => (
        <article className="card">
          <h2 className="file-name">
            <Link href={`/imports/${id}`}>{fileName}</Link>
          </h2>
          <p className="row">
            <Badge>{kindNames(i18n)[kind]}</Badge>
            <Badge tone={stateTones[state]}>{stateNames(i18n)[state]}</Badge>
          </p>
          <p className="quiet small">{instant(createdAt)}</p>
          <p className="small">
            {i18n._('{read} rows read, {applied} applied, {refused} refused', {
              read: count(rowsRead),
              applied: count(rowsApplied),
              refused: count(rowsRefused),
            })}
          </p>
        </article>
      )}
    </PagedList>
  );
}
