/** A request from when it was sent to when it was answered or failed, in ms since the epoch. */
export interface Trip {
  readonly sentMs: number;
  readonly endMs: number;
  readonly ok: boolean;
}

/** What is known around a stretch in which nothing was answered. */
export interface Around {
  /** Answered before it, and after it. */
  readonly before: readonly Trip[];
  readonly after: readonly Trip[];
  readonly failed: readonly Trip[];
  readonly usualMs: number;
  /** Between two requests. */
  readonly spacingMs: number;
}

/**
 * When the service ceased to answer. The last request that was answered was sent before; the first to fail did so after it,
 * or was sent after it if it waited for long first. Where requests were held up rather than failed, what was on its way was
 * held up too, so that it was also after the last answer.
 *
 * What counts as prompt, late or long, in multiples of the usual duration, was chosen on calibration's planted outages and
 * checked on seeds that it was not chosen on (docs/calibration.md).
 */
export function startOf(around: Around): number {
  const { before, after, usualMs, spacingMs } = around;
  const lastSentMs = latest(before.map(({ sentMs }) => sentMs));
  const firstAnswerMs = earliest(after.map(({ endMs }) => endMs));
  const failed = failedBetween(around);
  const held = heldUp(around).filter(({ sentMs }) => sentMs > lastSentMs);
  if (held.length > failed.length) {
    // A slow answer that got through says little.
    const prompt = before.filter(({ sentMs, endMs }) => endMs - sentMs <= 2 * usualMs);
    return Math.min(firstAnswerMs, Math.max(lastSentMs, latest(prompt.map(({ endMs }) => endMs))) + spacingMs / 2);
  }
  if (failed.length === 0) return lastSentMs;
  const failedMs = earliest(failed.map(({ sentMs, endMs }) => (endMs - sentMs > 5 * usualMs ? sentMs : endMs)));
  return Math.max(lastSentMs, Math.max((lastSentMs + failedMs) / 2, failedMs - spacingMs / 2));
}

/**
 * When the service answered again. Where those that it had held up are answered at once, that is when; otherwise it was
 * before the first was sent that is answered as usual, and after the last that was not. Multiples as for `startOf`.
 */
export function endOf(around: Around): number {
  const { after, usualMs, spacingMs } = around;
  const firstAnswerMs = earliest(after.map(({ endMs }) => endMs));
  const held = heldUp(around);
  const atOnce = held.filter(({ endMs }) => endMs <= firstAnswerMs + 3 * usualMs);
  if (2 * atOnce.length > held.length) return firstAnswerMs;
  const prompt = after.filter(({ sentMs, endMs }) => endMs - sentMs <= 3 * usualMs);
  const promptMs = earliest(prompt.map(({ sentMs }) => sentMs));
  const late = after.filter(({ sentMs }) => sentMs < promptMs);
  const lost = [...failedBetween(around), ...late].map(({ sentMs }) => Math.min(sentMs, promptMs));
  const lostMs = latest([latest(around.before.map(({ sentMs }) => sentMs)), ...lost]);
  return Math.min(firstAnswerMs, Math.max((lostMs + promptMs) / 2, promptMs - spacingMs / 2));
}

/** Failed when those before had all been sent, and sent before anything was answered again. */
function failedBetween({ before, after, failed }: Around): Trip[] {
  const lastSentMs = latest(before.map(({ sentMs }) => sentMs));
  const firstAnswerMs = earliest(after.map(({ endMs }) => endMs));
  return failed.filter(({ sentMs, endMs }) => endMs > lastSentMs && sentMs < firstAnswerMs);
}

/** Answered late: sent so long before anything was answered again that one is usually answered by then. */
function heldUp({ after, usualMs }: Around): Trip[] {
  const firstAnswerMs = earliest(after.map(({ endMs }) => endMs));
  return after.filter(({ sentMs }) => sentMs < firstAnswerMs - 3 * usualMs);
}

const earliest = (times: readonly number[]): number => times.reduce((a, b) => Math.min(a, b), Infinity);
const latest = (times: readonly number[]): number => times.reduce((a, b) => Math.max(a, b), -Infinity);
