/* Which screen shows what a notification is about; for the app and for the worker, which has no more of it than this. */

/** Ids as the graph and pushes name them. */
export interface Subject {
  readonly connectionId?: string | null;
  readonly voucherId?: string | null;
  readonly gatheringId?: string | null;
}

/** The screen that shows what it is about, below /app. @param kind undefined for a summary of several. */
export function placeOf(kind: string | undefined, { connectionId, voucherId, gatheringId }: Subject): string {
  if (kind === 'MEETING_TAKEN_BACK') return '/history';
  if (kind === 'REQUEST_ACCEPTED' || kind === 'MEETING_COUNTED')
    return connectionId ? `/meet/${connectionId}` : '/meet';
  if (kind?.startsWith('VOUCHER_')) return voucherId ? `/vouchers/${voucherId}` : '/vouchers';
  if (kind?.startsWith('POINTS_')) return '/points';
  if (kind?.startsWith('FUND_')) return '/fund';
  if (kind?.startsWith('GATHERING_')) return gatheringId ? `/events/${gatheringId}` : '/events';
  if (kind?.startsWith('STORY_')) return '/community/mine';
  if (kind?.startsWith('ERASURE_')) return '/account/leave';
  if (kind === 'WARNING_GIVEN' || kind?.startsWith('ACCOUNT_')) return '/account/standing';
  return '/account/notifications';
}
