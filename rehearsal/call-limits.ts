const requestMs = 30_000;
const connectionMs = 5_000;

/**
 * Time limits of one request to AWS, for a client's `requestHandler`. The SDK only warns of a request that takes longer
 * than `requestTimeout`, and waits on, unless it is told to throw.
 */
export const callLimits = (requestTimeout = requestMs) => ({
  connectionTimeout: connectionMs,
  requestTimeout,
  throwOnRequestTimeout: true,
});
