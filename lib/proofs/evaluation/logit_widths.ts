/**
 * What an evaluation does to the logits behind the attention: widths of EVOU and EU.
 *
 * The error of z = sum a_i V_i, the division's among it, is at most the attention-weighted sum of
 * errors per position, and goes exactly through W_O W_U; the errors of o, of the residual stream and
 * of the logits are those of their own products. EVOU[t, x] takes the largest over the positions.
 * @module
 */
import { pointMatrix } from "../arithmetic/interval_matrix.ts";
import { type Chain, LARGEST, productError, projectionError } from "./chain.ts";
import { rowsFrom } from "./score_spread.ts";
import {
  columnTops,
  eachSize,
  largestSize,
  plusSizes,
  roundings,
  type Sizes,
  sizesOf,
  timesSizes,
  TINY,
  together,
  totalSize,
  UP,
} from "./sizes.ts";

/** Widths of EVOU and EU, [v, v] each. */
export function logitWidths(chain: Chain): { EVOU: Float64Array; EU: Float64Array } {
  const { model, errors, flops, rows, computed, rowError, times } = chain;
  const { d_vocab: v, d_model: d, d_head: h, n_ctx: K } = model.config;
  const { round, input, divide } = errors;
  const W_V = pointMatrix(model.W_V, d, h), W_O = pointMatrix(model.W_O, h, d);
  const W_U = pointMatrix(model.W_U, d, v), U = sizesOf(W_U), O = sizesOf(W_O);
  const OU = sizesOf(times(W_O, W_U));
  const plus = (a: Sizes, ...others: Sizes[]) => plusSizes(flops, a, ...others);
  const into = (a: Sizes, b: Sizes) => timesSizes(a, b, flops);

  const values = times(rows, W_V), value = sizesOf(values);
  const valueError = projectionError(chain, sizesOf(W_V));
  const mixing = together(roundings(K, round), input, input, divide);
  const flushed = 64 * TINY * (K + totalSize(value));
  const zError = eachSize(
    [value, valueError],
    (x, e) => e + mixing * (x + e) + flushed,
    flops,
  );
  const z = plus(value, zError);
  const newError = productError(z, O, chain);
  const moved = plus(sizesOf(times(values, W_O)), into(zError, O), newError);
  const residualError = eachSize(
    [newError, moved],
    (e, x) => e + round * x + 8 * TINY,
    flops,
  );
  const sum = (x: number) => x * (1 + round);
  const perPosition = plus(
    into(zError, OU),
    into(residualError, U),
    productError(eachSize([moved], sum, flops), U, chain),
  );
  const EVOU = new Float64Array(v * v);
  perPosition.data.forEach((width, n) => {
    const at = n % (v * v);
    if (!(width <= EVOU[at])) EVOU[at] = width;
  });

  const from = (K - 1) * v;
  const query = rowsFrom(computed, from);
  const queryError = eachSize(
    [rowsFrom(rowError, from), query],
    (e, x) => e + round * x,
    flops,
  );
  const directError = plus(
    into(queryError, U),
    productError(eachSize([query], sum, flops), U, chain),
  );
  const last = {
    ...rows,
    rows: v,
    mid: rows.mid.subarray(from * d),
    rad: rows.rad.subarray(from * d),
  };
  const direct = sizesOf(times(last, W_U));
  // The computed weights add up to 1 + kappa; one that underflows loses 2^-122 of the largest at most.
  const adding = roundings(K, round);
  const kappa = together(adding / (1 - adding)) + K * 2 ** -110;
  const underflow = eachSize(
    [into(columnTops(z), OU), columnTops({ rows: v, cols: v, data: EVOU })],
    (a, b) => K * 2 ** -122 * (a + b),
    flops,
  );
  const fits = [computed, z, moved].every((sizes) => largestSize(sizes) < LARGEST) && kappa < 0.5 &&
    mixing < 0.5;
  const EU = Float64Array.from(directError.data, (e, n) => {
    if (!fits) return Infinity;
    return (e + kappa * direct.data[n] + underflow.data[n % v]) / (1 - kappa) * UP;
  });
  return { EVOU, EU };
}
