// When a packet that was lost gets through: TCP sends it again after `firstMs`, and waits twice as long each time.

/** Linux: a SYN after 1 s, data on a fast network after 200 ms. */
export const synMs = 1000;
export const dataMs = 200;

/**
 * The moment of the first retransmission at or after `endMs` of a packet first sent at `sentMs`.
 * @param {number} sentMs
 * @param {number} endMs when packets get through again
 * @param {number} firstMs
 */
export function deliveredAt(sentMs, endMs, firstMs) {
  let after = 0;
  for (let wait = firstMs; sentMs + after < endMs; wait *= 2) after += wait;
  return sentMs + after;
}
