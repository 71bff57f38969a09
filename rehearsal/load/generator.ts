/** How one k6 process ended. */
export interface RunnerEnd {
  /** For people, e.g. the name of its pod; empty for the only one, on this machine. */
  readonly name: string;
  /** Undefined when it did not end by itself: a signal, a lost machine. */
  readonly exitCode: number | undefined;
}

/** What sends the load: one k6 process or several. */
export interface Generator {
  /** Of k6, when it runs on this machine. */
  readonly pid?: number | undefined;
  /** Resolves when all have ended and all of their lines were handed over. */
  readonly ended: Promise<readonly RunnerEnd[]>;
  /** Ends them, by force if they do not end when told. */
  stop(): Promise<void>;
}

/** Takes what a k6 process writes to its log; runners are numbered from 0. */
export type TakeLine = (line: string, runner: number) => void;
