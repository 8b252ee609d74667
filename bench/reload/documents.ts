/* What the clients of this benchmark ask. */
export const TICK = '{ tick { number } }';
export const TICKS = 'subscription { ticks { number } }';
