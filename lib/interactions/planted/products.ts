/**
 * Models whose interactions are known in closed form, with planted pairs: a bilinear MLP, whose pair
 * terms are a matrix of the weights, and a gated one, whose gates read one feature of a pair and whose
 * linear part reads the other.
 * @module
 */
import type { Random } from "../../numerics/random.ts";
import { spearman } from "../../numerics/rank_correlation.ts";
import { type Bilinear, bilinearOutput } from "../formulas/bilinear.ts";
import { fourPointVector } from "../formulas/four_points.ts";
import { gatedMixedDifference } from "../formulas/gated.ts";
import { nonlinearity } from "../formulas/nonlinearity.ts";
import { dot, mix, norm } from "../formulas/vectors.ts";
import { readouts } from "./by_hand.ts";
import { recallOf } from "./recall.ts";
import { type LogicRows, logicRows, type LogicTask } from "./task.ts";

/**
 * `largest`: the largest |four-point difference - 2 f_i f_j d_iᵀ Q d_j| of any output; `spearman` of
 * the pairs' measured means with the weights' matrix times their mean f_i f_j; the recall of the planted pairs by either.
 */
export type BilinearCheck = {
  largest: number;
  spearman: number;
  measured: number;
  weights: number;
};

/** The recall of planted pairs of a gated MLP (SiLU) by its four points, and by co-activation. */
export type GatedCheck = { fourPoints: number; coActivation: number };

/** Everything about a pair that both checks need: one measured vector an instance. */
type Measure = (at: { x: Float64Array; u: Float64Array; v: Float64Array }) => ArrayLike<number>;

/** A bilinear MLP with a neuron for each planted pair and `d_mlp` further ones of single features. */
export function checkBilinear(
  task: LogicTask,
  { rows, random }: { rows: number; random: Random },
): BilinearCheck {
  const model = plantedWeights(task, random);
  const drawn = logicRows(task, rows, { random: random.stream("rows") });
  let largest = 0;
  const { pairs, score, count, product } = measure(task, drawn, ({ x, u, v }) => {
    const found = fourPointVector(around({ x, u, v }, (at) => bilinearOutput(model, at)));
    const known = pairTerm(model, u, v);
    found.forEach((value, n) => largest = Math.max(largest, Math.abs(value - known[n])));
    return found;
  });
  const met = [...count.keys()].filter((p) => count[p] > 0);
  const weights = Float64Array.from(pairs.i, (i, p) => {
    const rows = [i, pairs.j[p]].map((at) => directionOf(task, at));
    return norm(pairTerm(model, rows[0], rows[1]));
  });
  return {
    largest,
    spearman: spearman(met.map((p) => score[p]), met.map((p) => weights[p] * product[p])),
    measured: recallOf(score, pairs, task.planted).recall,
    weights: recallOf(weights, pairs, task.planted).recall,
  };
}

/**
 * A gated MLP of the same weights, y = silu(gate) up: the gate of a planted pair opens at 1/2, that of
 * a single feature always is open.
 */
export function checkGated(
  task: LogicTask,
  { rows, random }: { rows: number; random: Random },
): GatedCheck {
  const { W_l, W_r, W_p } = plantedWeights(task, random), silu = nonlinearity("silu");
  const steep = 4, planted = task.planted.length;
  const drawn = logicRows(task, rows, { random: random.stream("rows") });
  const { pairs, score, count } = measure(task, drawn, ({ x, u, v }) => {
    const neurons = W_l.map((gate, k) => {
      const at = (w: ArrayLike<number>, scale: number, shift: number) => {
        const [a, b] = [scale * dot(w, u), scale * dot(w, v)];
        return { a, b, c: scale * dot(w, x) + shift - a - b };
      };
      return gatedMixedDifference(silu, {
        gate: k < planted ? at(gate, steep, -steep / 2) : { a: 0, b: 0, c: steep },
        up: at(W_r[k], 1, 0),
      });
    });
    return mix(neurons, W_p);
  });
  return {
    fourPoints: recallOf(score, pairs, task.planted).recall,
    coActivation: recallOf(count, pairs, task.planted).recall,
  };
}

/** w_l reads i, w_r reads j of each planted pair; every feature's own neuron reads it twice. */
function plantedWeights(task: LogicTask, random: Random): Bilinear {
  const { planted, features, d_model } = task, read = readouts(task);
  const row = (i: number) => read.subarray(i * d_model, (i + 1) * d_model);
  const single = Array.from({ length: features }, (_, i) => row(i));
  const outputs = random.stream("outputs");
  const W_l = [...planted.map(({ i }) => row(i)), ...single];
  return {
    W_l,
    W_r: [...planted.map(({ j }) => row(j)), ...single],
    W_p: W_l.map(() => {
      const w = Float64Array.from(outputs.normals(d_model));
      return w.map((value) => value / norm(w));
    }),
  };
}

/** 2 uᵀ Q_o v of every output o: Σ_m (⟨l, u⟩⟨r, v⟩ + ⟨l, v⟩⟨r, u⟩) w_p,m. */
function pairTerm({ W_l, W_r, W_p }: Bilinear, u: ArrayLike<number>, v: ArrayLike<number>) {
  return mix(W_l.map((l, m) => dot(l, u) * dot(W_r[m], v) + dot(l, v) * dot(W_r[m], u)), W_p);
}

function around<T>(
  { x, u, v }: { x: Float64Array; u: Float64Array; v: Float64Array },
  of: (x: Float64Array) => T,
) {
  return {
    both: of(x),
    withoutI: of(x.map((value, m) => value - u[m])),
    withoutJ: of(x.map((value, m) => value - v[m])),
    neither: of(x.map((value, m) => value - u[m] - v[m])),
  };
}

function directionOf({ directions, d_model }: LogicTask, i: number): Float64Array {
  return Float64Array.from(directions.subarray(i * d_model, (i + 1) * d_model));
}

/** All pairs, over their co-active rows the means of the measured norm and of f_i f_j, their number. */
function measure(task: LogicTask, { f, x }: LogicRows, of: Measure) {
  const { features, d_model } = task, rows = x.length / d_model;
  const i: number[] = [], j: number[] = [];
  for (let a = 0; a < features; a++) {
    for (let b = a + 1; b < features; b++) {
      i.push(a);
      j.push(b);
    }
  }
  const pairs = { d_sae: features, i: Uint32Array.from(i), j: Uint32Array.from(j) };
  const score = new Float64Array(i.length), count = new Float64Array(i.length);
  const product = new Float64Array(i.length);
  for (let r = 0; r < rows; r++) {
    const input = Float64Array.from(x.subarray(r * d_model, (r + 1) * d_model));
    const step = (feature: number) =>
      directionOf(task, feature).map((value) => value * f[r * features + feature]);
    for (let p = 0; p < i.length; p++) {
      if (!(f[r * features + i[p]] > 0 && f[r * features + j[p]] > 0)) continue;
      score[p] += norm(of({ x: input, u: step(i[p]), v: step(j[p]) }));
      product[p] += f[r * features + i[p]] * f[r * features + j[p]];
      count[p]++;
    }
  }
  const mean = (sums: Float64Array) => sums.map((sum, p) => sum / (count[p] || 1));
  return { pairs, score: mean(score), count, product: mean(product) };
}
