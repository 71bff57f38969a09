/** What the load is, for people: `200 requests/s`. */
export function describeLoad(load: { rate: number; requests?: number | undefined; concurrency: number }): string {
  return load.requests === undefined
    ? `${load.rate} requests/s`
    : `${load.requests.toLocaleString("en")} requests from ${load.concurrency} connections`;
}
