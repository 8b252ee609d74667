/* Police departments: whether their officers are on duty, and who is to be an officer of them. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useFormats } from '../../interface/language.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { DepartmentsDocument, type DepartmentsQuery, SetDepartmentDutyDocument } from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';
import { RegisterOfficers } from './register-officers.tsx';

type Department = DepartmentsQuery['departments']['edges'][number]['node'];

export function Departments() {
  const { i18n } = useLingui();
  const list = usePaged(DepartmentsDocument, {}, (data) => data.departments);
  return (
    <>
      <ScreenTitle>{i18n._('Departments and officers')}</ScreenTitle>
      <PagedList
        list={list}
        idOf={({ name }) => name}
        look="sheet"
        empty={
          <Empty title={i18n._('No department yet')}>
            <p>{i18n._('A department is here once the first of its officers has verified a phone.')}</p>
          </Empty>
        }
      >
        {(department) => <DepartmentCard department={department} />}
      </PagedList>
      <RegisterOfficers known={list.page?.edges.map(({ node }) => node.name) ?? []} onRegistered={list.reload} />
    </>
  );
}

function DepartmentCard({ department }: { readonly department: Department }) {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [asked, setAsked] = useState(false);
  const { name, onDuty, updatedAt } = department;
  return (
    <article className="card">
      <h2>{name}</h2>
      <p className="row">
        <Badge tone={onDuty ? 'good' : 'warn'}>{onDuty ? i18n._('On duty') : i18n._('Off duty')}</Badge>
        <span className="quiet small">{i18n._('since {instant}', { instant: instant(updatedAt) })}</span>
      </p>
      <div>
        <Button look={onDuty ? 'danger' : 'accent'} onClick={() => setAsked(true)}>
          {onDuty ? i18n._('Take {name} off duty', { name }) : i18n._('Put {name} on duty', { name })}
        </Button>
      </div>
      {asked && (
        <Confirmation
          document={SetDepartmentDutyDocument}
          variables={{ input: { departmentName: name, onDuty: !onDuty } }}
          title={onDuty ? i18n._('Take {name} off duty?', { name }) : i18n._('Put {name} on duty?', { name })}
          consequence={
            onDuty
              ? i18n._(
                  'Windows of its officers close at once, requests to them end, and none of them can open a window.',
                )
              : i18n._('Its officers can open windows again.')
          }
          action={onDuty ? i18n._('Take off duty') : i18n._('Put on duty')}
          danger={onDuty}
          done={onDuty ? i18n._('{name} is off duty.', { name }) : i18n._('{name} is on duty.', { name })}
          onClose={() => setAsked(false)}
        />
      )}
    </article>
  );
}
