/* The keys that sign vouchers: which one signs, which are still taken, and putting a new one in its place. */
import { useLingui } from '@lingui/react';
import { useState } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { RotateVoucherKeysDocument, VoucherKeysDocument } from '../generated/graphql.ts';
import { Confirmation } from '../shell/confirmation.tsx';

export function VoucherKeys() {
  const { i18n } = useLingui();
  const { instant } = useFormats();
  const [asked, setAsked] = useState<'rotate' | 'withdraw'>();
  const [{ data, error, fetching }, ask] = useQuery({ query: VoucherKeysDocument });
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <>
      <p className="quiet">
        {i18n._(
          'Each voucher that people show as a QR code is signed, so that a till can check it without a connection. A new key takes over by itself every 180 days.',
        )}
      </p>
      <Answer data={data?.voucherKeys} error={error} fetching={fetching} retry={again}>
        {(keys) => (
          <Table
            label={i18n._('Keys that sign')}
            heads={[
              i18n._('Number'),
              i18n._('State'),
              i18n._('Signs since'),
              i18n._('Taken until'),
              i18n._('Public key'),
            ]}
          >
            {keys.map(({ keyId, publicKey, signsSince, publishedUntil }) => (
              <tr key={keyId}>
                <th scope="row">{keyId}</th>
                <td>
                  {publishedUntil ? (
                    <Badge>{i18n._('Still taken')}</Badge>
                  ) : (
                    <Badge tone="good">{i18n._('Signs now')}</Badge>
                  )}
                </td>
                <td>{instant(signsSince)}</td>
                <td>{publishedUntil ? instant(publishedUntil) : '–'}</td>
                <td>
                  <code className="small">{publicKey}</code>
                </td>
              </tr>
            ))}
          </Table>
        )}
      </Answer>
      <div className="row">
        <Button onClick={() => setAsked('rotate')}>{i18n._('Sign with a new key')}</Button>
        <Button look="danger" onClick={() => setAsked('withdraw')}>
          {i18n._('A key has leaked')}
        </Button>
      </div>
      {asked && <Rotation isLeak={asked === 'withdraw'} onDone={again} onClose={() => setAsked(undefined)} />}
    </>
  );
}

interface RotationProperties {
  readonly isLeak: boolean;
  onDone(): void;
  onClose(): void;
}

function Rotation({ isLeak, onDone, onClose }: RotationProperties) {
  const { i18n } = useLingui();
  const shared = {
    document: RotateVoucherKeysDocument,
    variables: { input: { withdraw: isLeak } },
    onDone,
    onClose,
  };
  return isLeak ? (
    <Confirmation
      {...shared}
      title={i18n._('Withdraw all keys and sign with a new one?')}
      consequence={i18n._(
        'Every QR code that was made until now is worth nothing at once, printed and saved ones too; nobody can undo that. The vouchers stay good: who opens one with a connection gets a new QR code, and the code in letters works as before. A till that is cut off learns of it when it is connected again, and partners’ systems when they fetch the keys next.',
      )}
      action={i18n._('Withdraw all keys')}
      danger
      done={i18n._('All keys are withdrawn, and a new one signs.')}
    />
  ) : (
    <Confirmation
      {...shared}
      title={i18n._('Sign with a new key from now on?')}
      consequence={i18n._(
        'Vouchers that people have stay good: the key of today is taken for two more years. Tills and partners’ systems fetch the new key by themselves. A till that is cut off cannot check vouchers of the new key until it was connected once.',
      )}
      action={i18n._('Sign with a new key')}
      done={i18n._('A new key signs.')}
    />
  );
}
