/**
 * The nonlinearities of MLPs with the constants that bound what two inputs do together.
 *
 * For a neuron phi and contributions a, b, the mixed difference is the double integral of phi'' over
 * them, so that it is at most osc · min(|a|, |b|) and at most curviest · |a b|.
 *
 * @module
 */
import { normalDensity, normalDistribution } from "../../numerics/normal.ts";
import type { ActivationName } from "../../model/components/mlp.ts";

/** Names of transformers; silu is what gated MLPs have, identity the control without interactions. */
export type NonlinearityName = ActivationName | "silu" | "identity";

/** A scalar function with its derivatives, and their extremes over all real inputs. */
export type Nonlinearity = {
  name: NonlinearityName;
  value(x: number): number;
  /** phi'; of ReLU 0 at 0, as a gate that is open for positive inputs alone. */
  slope(x: number): number;
  /** phi''; of ReLU 0, its kink carries all of it. */
  curvature(x: number): number;
  /** max phi' − min phi'. */
  osc: number;
  /** max |phi'|: the Lipschitz constant. */
  steepest: number;
  /** max |phi''|; ReLU has none. */
  curviest: number | undefined;
  /** Where phi'' changes its sign: the inner extremes of phi'. */
  turns: readonly number[];
  /** The inner extremes of phi''. */
  bends: readonly number[];
};

// The constants are rounded up in the last place given, so that what they bound stays bounded.
// osc of gelu is erf(1) + 2 / (e √π), at ±√2; those of the other two are extremes found in 40 digits.
const BY_NAME: Record<NonlinearityName, Omit<Nonlinearity, "name">> = {
  identity: {
    value: (x) => x,
    slope: () => 1,
    curvature: () => 0,
    osc: 0,
    steepest: 1,
    curviest: 0,
    turns: [],
    bends: [],
  },
  relu: {
    value: (x) => x > 0 ? x : 0,
    slope: (x) => x > 0 ? 1 : 0,
    curvature: () => 0,
    osc: 1,
    steepest: 1,
    curviest: undefined,
    turns: [],
    bends: [],
  },
  gelu: {
    value: (x) => x * normalDistribution(x),
    slope: (x) => normalDistribution(x) + x * normalDensity(x),
    curvature: (x) => (2 - x * x) * normalDensity(x),
    osc: 1.257808290370310,
    steepest: 1.128904145185155,
    curviest: 0.797884560802866,
    turns: [-Math.SQRT2, Math.SQRT2],
    bends: [-2, 0, 2],
  },
  gelu_new: {
    ...sigmoidTimes(tanhArgument),
    osc: 1.257986137317544,
    steepest: 1.128993068658772,
    curviest: 0.797884560802866,
    turns: [-1.4185040087908284, 1.4185040087908284],
    bends: [-2.013480724624258, 0, 2.013480724624258],
  },
  silu: {
    ...sigmoidTimes((x) => [x, 1, 0]),
    osc: 1.199678640257734,
    steepest: 1.099839320128867,
    curviest: 0.5,
    turns: [-2.3993572805154677, 2.3993572805154677],
    bends: [-3.4358409935351107, 0, 3.4358409935351107],
  },
};

/**
 * The nonlinearity of a name, in float64.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { nonlinearity } from "./nonlinearity.ts";
 * const { value, slope, osc } = nonlinearity("relu");
 * assertEquals([value(-1), value(2), slope(2), osc], [0, 2, 1, 1]);
 * ```
 * Throws on another name.
 */
export function nonlinearity(name: NonlinearityName): Nonlinearity {
  if (!Object.hasOwn(BY_NAME, name)) {
    throw new RangeError(
      `Cannot take a nonlinearity: expected one of ${Object.keys(BY_NAME).join(", ")} but found ` +
        `${JSON.stringify(name)}: interactions through it are not known here`,
    );
  }
  return { name, ...BY_NAME[name] };
}

/** 2 √(2/π) (x + 0.044715 x³) and two derivatives: gelu_new(x) = x sigmoid of it. */
function tanhArgument(x: number): [number, number, number] {
  const scale = 2 * Math.sqrt(2 / Math.PI);
  return [
    scale * (x + 0.044715 * x ** 3),
    scale * (1 + 3 * 0.044715 * x * x),
    scale * 6 * 0.044715 * x,
  ];
}

/** x sigmoid(w(x)) with slope and curvature, from w, w' and w''. */
function sigmoidTimes(
  w: (x: number) => [number, number, number],
): Pick<Nonlinearity, "value" | "slope" | "curvature"> {
  return {
    value: (x) => x * sigmoid(w(x)[0]),
    slope(x) {
      const [at, rise] = w(x);
      return sigmoid(at) + x * rise * sigmoid(at) * sigmoid(-at);
    },
    curvature(x) {
      const [at, rise, bend] = w(x);
      const open = sigmoid(at), shut = sigmoid(-at);
      return open * shut * (2 * rise + x * (bend + rise * rise * (shut - open)));
    },
  };
}

function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}
