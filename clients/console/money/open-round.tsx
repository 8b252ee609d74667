/* Opens the vote on a closed month with four proposals of one's choice. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useNotice } from '../../interface/notices.tsx';
import { PagedList, usePaged } from '../../interface/paged.tsx';
import { Dialog } from '../../interface/panels.tsx';
import { Button, Empty, Note } from '../../interface/parts.tsx';
import { explain } from '../../interface/refusals.ts';
import { type MonthPartsFragment, OpenRoundDocument, ProposalsOfFundDocument } from '../generated/graphql.ts';
import { useAct } from '../shell/act.ts';

const OPTIONS = 4;

export function OpenRound({ month, onClose }: { readonly month: MonthPartsFragment; onClose(): void }) {
  const { i18n } = useLingui();
  const tell = useNotice();
  const { run, busy, failure } = useAct(OpenRoundDocument);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const [fault, setFault] = useState(false);
  const { zipCode } = month;
  const list = usePaged(ProposalsOfFundDocument, { zipCode }, (data) => data.fundProposals);
  const open = async () => {
    setFault(chosen.length !== OPTIONS);
    if (chosen.length !== OPTIONS) return;
    if ((await run({ input: { monthId: month.id, proposalIds: [...chosen] } })) === undefined) return;
    tell(i18n._('The vote is open.'));
    onClose();
  };
  return (
    <Dialog
      open
      title={i18n._('Open the vote on {month}', { month: month.month })}
      description={i18n._('Choose the four proposals that people vote on. “None of these” is added by itself.')}
      onClose={onClose}
    >
      <PagedList list={list} idOf={({ id }) => id} empty={<Empty title={i18n._('Nothing was proposed yet')} />}>
        {({ id, title, state }) =>
          state === 'APPROVED' ? (
            <label className="check">
              <input
                type="checkbox"
                checked={chosen.includes(id)}
                onChange={({ target }) =>
                  setChosen(target.checked ? [...chosen, id] : chosen.filter((each) => each !== id))
                }
              />
              <span>{title}</span>
            </label>
          ) : null
        }
      </PagedList>
      <p role="status" className="small">
        {i18n._('{chosen} of {needed} chosen', { chosen: chosen.length, needed: OPTIONS })}
      </p>
      {fault && chosen.length !== OPTIONS && <Note tone="bad">{i18n._('Choose exactly four.')}</Note>}
      {failure !== undefined && <Note tone="bad">{explain(failure, i18n)}</Note>}
      <div className="row">
        <Button look="accent" busy={busy} onClick={() => void open()}>
          {i18n._('Open the vote')}
        </Button>
        <Button look="plain" onClick={onClose}>
          {i18n._('Cancel')}
        </Button>
      </div>
    </Dialog>
  );
}
