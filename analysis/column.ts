const CHUNK_BITS = 16;
const CHUNK = 1 << CHUNK_BITS;

type Numbers = Uint8Array | Uint16Array | Uint32Array | Float32Array;

/** Numbers of one kind in pieces, so that it grows without copying. */
export class Column {
  readonly #chunks: Numbers[] = [];
  #make: (length: number) => Numbers;

  constructor(make: (length: number) => Numbers) {
    this.#make = make;
  }

  /** @param index as many as there are */
  push(index: number, value: number): void {
    if ((index & (CHUNK - 1)) === 0) this.#chunks.push(this.#make(CHUNK));
    this.set(index, value);
  }

  set(index: number, value: number): void {
    this.#chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)] = value;
  }

  at(index: number): number {
    return this.#chunks[index >>> CHUNK_BITS]![index & (CHUNK - 1)]!;
  }

  /** Makes room for larger numbers. */
  widen(make: (length: number) => Numbers): void {
    this.#make = make;
    this.#chunks.forEach((chunk, i) => {
      const wider = make(CHUNK);
      wider.set(chunk);
      this.#chunks[i] = wider;
    });
  }
}

/**
 * Puts the rows from `first` on into another order, in place: each cycle of the permutation in turn.
 *
 * @param order the row that comes to each place, counted from `first`; used up
 */
export function reorder(columns: readonly Column[], first: number, order: Uint32Array): void {
  const held = columns.map(() => 0);
  for (let start = 0; start < order.length; start++) {
    if (order[start] === start) continue;
    for (let c = 0; c < columns.length; c++) held[c] = columns[c]!.at(first + start);
    let place = start;
    for (let from = order[place]!; from !== start; from = order[place]!) {
      for (const column of columns) column.set(first + place, column.at(first + from));
      order[place] = place;
      place = from;
    }
    for (let c = 0; c < columns.length; c++) columns[c]!.set(first + place, held[c]!);
    order[place] = place;
  }
}
