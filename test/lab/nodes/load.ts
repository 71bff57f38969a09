import http from "node:http";

export interface Outcome {
  readonly pod?: string;
  readonly error?: string;
}

/** One request on a connection of its own, unless an agent keeps them. */
export function ask(url: string, agent: http.Agent | false = false, timeoutMs = 5000): Promise<Outcome> {
  return new Promise((resolve) => {
    const signal = AbortSignal.timeout(timeoutMs);
    const request = http.get(url, { agent, signal }, (response) => {
      response.setEncoding("utf8");
      let body = "";
      response.on("data", (chunk: string) => (body += chunk));
      response.on("end", () =>
        resolve(response.statusCode === 200 ? { pod: body } : { error: `${response.statusCode}` }),
      );
      response.on("error", (error) => resolve({ error: error.message }));
    });
    request.on("error", (error) => resolve({ error: error.message }));
  });
}

/** Sends a request every `everyMs` until stopped; then says how each one ended. */
export function startLoad(url: string, everyMs: number, agent: http.Agent | false = false) {
  const outcomes: Promise<Outcome>[] = [];
  const timer = setInterval(() => outcomes.push(ask(url, agent)), everyMs);
  return {
    async stop(): Promise<Outcome[]> {
      clearInterval(timer);
      return Promise.all(outcomes);
    },
  };
}
