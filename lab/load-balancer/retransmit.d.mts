export const synMs: number;
export const dataMs: number;
/** The moment of the first retransmission at or after `endMs` of a packet first sent at `sentMs`. */
export function deliveredAt(sentMs: number, endMs: number, firstMs: number): number;
