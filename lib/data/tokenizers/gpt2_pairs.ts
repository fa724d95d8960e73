/**
 * GPT-2's byte pairs, where gpt-tokenizer is too slow or splits otherwise: it looks through a whole
 * word for each merge, so that one word of a megabyte takes hours, and its `\s` is JavaScript's. A
 * heap finds the next merge at once, and the ids are the same.
 *
 * @module
 */
import RANKS from "npm:gpt-tokenizer@4.0.0/bpeRanks/r50k_base";

/** GPT-2's pattern; its `\s` has U+0085 and lacks U+FEFF, as Unicode's White_Space does. */
const PIECES =
  /'s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\p{White_Space}\p{L}\p{N}]+|\p{White_Space}+(?!\P{White_Space})|\p{White_Space}+/gu;

const RANK_STEP = 2 ** 32; // more than any text is long

/** Whether gpt-tokenizer is fast on a text, and splits it as GPT-2 does. */
export function isOrdinary(text: string): boolean {
  return !/[\u0085\ufeff]|\S{500}|\s{500}/.test(text);
}

/** The ids of any text, in time that grows with its length. */
export function encodePieces(text: string): number[] {
  const ids: number[] = [];
  for (const [piece] of text.matchAll(PIECES)) {
    for (const id of mergePairs(new TextEncoder().encode(piece))) ids.push(id);
  }
  return ids;
}

/** The bytes of an id below the end of text, undefined for other numbers. */
export function pairBytes(id: number): Uint8Array | undefined {
  const found = RANKS[id] as string | number[] | undefined;
  if (found === undefined) return undefined;
  return typeof found === "string" ? new TextEncoder().encode(found) : Uint8Array.from(found);
}

/**
 * Joins, again and again, the neighbours whose union has the lowest id, the leftmost of equals.
 * `next[i]` is where the part after the one that begins at byte i begins; a part that was joined to
 * the one before it has rank -1.
 */
function mergePairs(bytes: Uint8Array): number[] {
  const n = bytes.length;
  const next = Uint32Array.from({ length: n + 1 }, (_, i) => Math.min(i + 1, n));
  const before = Int32Array.from({ length: n + 1 }, (_, i) => i - 1);
  const ranks = new Int32Array(n).fill(-1);
  const heap: number[] = [];
  const look = (at: number) => {
    const end = next[at] < n ? next[next[at]] : undefined;
    const rank = end === undefined ? undefined : rankOf(bytes, at, end);
    ranks[at] = rank ?? -1;
    if (rank !== undefined) push(heap, rank * RANK_STEP + at);
  };
  for (let at = 0; at < n; at++) look(at);
  while (heap.length > 0) {
    const lowest = pop(heap);
    const at = lowest % RANK_STEP;
    if (ranks[at] !== Math.floor(lowest / RANK_STEP)) continue; // a neighbour was joined since
    ranks[next[at]] = -1;
    next[at] = next[next[at]];
    before[next[at]] = at;
    look(at);
    if (before[at] >= 0) look(before[at]);
  }
  const ids: number[] = [];
  for (let at = 0; at < n; at = next[at]) ids.push(rankOf(bytes, at, next[at])!);
  return ids;
}

const LONGEST = 128; // bytes; no id has more

let byBytes: Map<string, number> | undefined;

function rankOf(bytes: Uint8Array, from: number, to: number): number | undefined {
  if (to - from > LONGEST) return undefined;
  byBytes ??= new Map(
    (RANKS as unknown[]).map((_, id) => [String.fromCharCode(...pairBytes(id)!), id]),
  );
  return byBytes.get(String.fromCharCode(...bytes.subarray(from, to)));
}

function push(heap: number[], value: number): void {
  let at = heap.push(value) - 1;
  while (at > 0) {
    const parent = (at - 1) >> 1;
    if (heap[parent] <= value) break;
    heap[at] = heap[parent];
    at = parent;
  }
  heap[at] = value;
}

function pop(heap: number[]): number {
  const [lowest] = heap;
  const last = heap.pop()!;
  let at = 0;
  while (2 * at + 1 < heap.length) {
    let child = 2 * at + 1;
    if (child + 1 < heap.length && heap[child + 1] < heap[child]) child++;
    if (heap[child] >= last) break;
    heap[at] = heap[child];
    at = child;
  }
  if (heap.length > 0) heap[at] = last;
  return lowest;
}
