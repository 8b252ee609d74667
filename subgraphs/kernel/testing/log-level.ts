/* How much systems under test say: nothing, unless TEST_LOG_LEVEL asks for more. */
export const testLogLevel = process.env.TEST_LOG_LEVEL ?? 'silent';
