/**
 * How long planned work would take on a graphics card, by the model of gpu/card_time.ts: rates.ts
 * without a measurement. Products as large as the work's are recorded on a stand-in and timed by
 * the model, since a card is filled by large ones only.
 * @module
 */
import { dispatchSeconds, gaps, type Seconds } from "../gpu/card_time.ts";
import type { Card } from "../gpu/cards.ts";
import { record } from "../gpu/program.ts";
import { cardFacts, type SeenDispatch, standInGpu } from "../gpu/stand_in.ts";
import { elementwiseInto } from "./ops/elementwise.ts";
import { productInto } from "./ops/matmul/product.ts";
import type { PlannedWork } from "./rates.ts";
import { zeros } from "./tensor.ts";

/** Rows of the products that stand for others; columns and terms are as many as fit their size. */
const ROWS = 256;

/** Reading a few values: a submit, the answer of the card, a copy. */
const WAIT = 2e-4;

/**
 * Arithmetic, memory, launches and waits one after the other, at both ends of the model. The
 * operations of an average launch say how large the products are.
 */
export function cardSeconds(work: PlannedWork, card: Card): Seconds {
  const { flops, bytes, launches, waits } = work;
  const size = Math.sqrt(flops / Math.max(1, launches) / (2 * ROWS));
  const n = Math.max(64, Math.min(4096, 64 * Math.round(size / 64)));
  const products = productSeconds(n, card), streamed = streamSeconds(card), gap = gaps(1);
  const at = (end: keyof Seconds) =>
    flops * products[end] + bytes * streamed[end] + launches * gap[end] + waits * WAIT;
  return { low: at("low"), high: at("high") };
}

/** Seconds an operation: [ROWS, n] by [n, n] in the three forms of a training step. */
function productSeconds(n: number, card: Card): Seconds {
  const seen = dispatchesOf(card, (gpu) => {
    const x = zeros(gpu, [ROWS, n]), y = zeros(gpu, [ROWS, n]), W = zeros(gpu, [n, n]);
    return () => {
      productInto("NN", { a: x, b: W, c: y });
      productInto("NT", { a: x, b: W, c: y });
      productInto("TN", { a: x, b: y, c: W });
    };
  });
  return per(seen, card, 3 * 2 * ROWS * n * n);
}

/** Seconds a byte of a kernel that moves much. */
function streamSeconds(card: Card): Seconds {
  const [rows, columns] = [4096, 4096];
  const seen = dispatchesOf(card, (gpu) => {
    const a = zeros(gpu, [rows, columns]), out = zeros(gpu, [rows, columns]);
    return () => elementwiseInto("gelu", { a, out });
  });
  return per(seen, card, 2 * 4 * rows * columns);
}

function per(seen: readonly SeenDispatch[], card: Card, pieces: number): Seconds {
  const times = seen.map((dispatch) => dispatchSeconds(dispatch, card));
  const sum = (end: keyof Seconds) => times.reduce((total, time) => total + time[end], 0) / pieces;
  return { low: sum("low"), high: sum("high") };
}

/** What a body asks of a card; `make` has the tensors ready. */
function dispatchesOf(
  card: Card,
  make: (gpu: ReturnType<typeof standInGpu>) => () => void,
): SeenDispatch[] {
  const seen: SeenDispatch[] = [];
  using gpu = standInGpu({ facts: cardFacts(card), onDispatch: (dispatch) => seen.push(dispatch) });
  using program = record(gpu, "planned work", make(gpu));
  program.run();
  return seen;
}
