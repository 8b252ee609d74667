/* The endpoints that phones are connected to: where they are, how full, and when each was heard of last. */
import { useLingui } from '@lingui/react';
import { useMemo } from 'react';
import { useQuery } from 'urql';
import { useFormats } from '../../interface/language.tsx';
import { Answer } from '../../interface/page-state.tsx';
import { Badge, Button, Empty, ScreenTitle } from '../../interface/parts.tsx';
import { Table } from '../catalog/table.tsx';
import { RealtimeEndpointsDocument } from '../generated/graphql.ts';
import { Figures } from '../imports/figures.tsx';

/** From this share of seats on it is time to start another one. */
const NEARLY_FULL = 0.8;

export function Endpoints() {
  const { i18n } = useLingui();
  const { count, ago } = useFormats();
  const [{ data, error, fetching }, ask] = useQuery({
    query: RealtimeEndpointsDocument,
    requestPolicy: 'network-only',
  });
  // When the answer came: what it says of seconds does not grow old by being looked at.
  // biome-ignore lint/correctness/useExhaustiveDependencies: another answer has another instant.
  const asked = useMemo(() => new Date(), [data]);
  const again = () => ask({ requestPolicy: 'network-only' });
  return (
    <>
      <ScreenTitle>{i18n._('Live endpoints')}</ScreenTitle>
      <p className="quiet">
        {i18n._(
          'Phones stay connected to one of these while people look for each other. Each tells every two seconds that it is there; one that is silent goes off the list, and its phones move on to another.',
        )}
      </p>
      <Answer data={data} error={error} fetching={fetching} retry={again}>
        {({ realtimeCapacity, realtimeEndpoints }) => (
          <>
            <Figures
              of={[
                [i18n._('Endpoints'), realtimeCapacity.endpoints],
                [i18n._('Seats taken'), realtimeCapacity.busy],
                [i18n._('Seats free'), realtimeCapacity.free],
              ]}
            />
            {realtimeEndpoints.length === 0 ? (
              <Empty title={i18n._('No endpoint is there now')}>
                <p>{i18n._('Phones that come now find nobody live. Look whether the gateways run.')}</p>
              </Empty>
            ) : (
              <Table
                label={i18n._('Live endpoints')}
                heads={[
                  i18n._('Address'),
                  i18n._('State'),
                  i18n._('Seats'),
                  i18n._('Connected'),
                  i18n._('On their way'),
                  i18n._('Free'),
                  i18n._('Last heard of'),
                ]}
              >
                {realtimeEndpoints.map(({ url, capacity, open, promised, free, announcedAt }) => (
                  <tr key={url}>
                    <th scope="row">{url}</th>
                    <td>
                      {capacity === 0 && <Badge>{i18n._('Takes nobody new')}</Badge>}
                      {capacity > 0 && free < capacity * (1 - NEARLY_FULL) && (
                        <Badge tone="warn">{i18n._('Nearly full')}</Badge>
                      )}
                      {capacity > 0 && free >= capacity * (1 - NEARLY_FULL) && (
                        <Badge tone="good">{i18n._('Has room')}</Badge>
                      )}
                    </td>
                    <td className="number">{count(capacity)}</td>
                    <td className="number">{count(open)}</td>
                    <td className="number">{count(promised)}</td>
                    <td className="number">{count(free)}</td>
                    <td>{ago(earlier(announcedAt, asked), asked)}</td>
                  </tr>
                ))}
              </Table>
            )}
            <div>
              <Button busy={fetching} onClick={again}>
                {i18n._('Look again')}
              </Button>
            </div>
          </>
        )}
      </Answer>
    </>
  );
}

/** A clock of ours that is slow would say that something comes. */
const earlier = (iso: string, now: Date) => new Date(Math.min(new Date(iso).getTime(), now.getTime()));
