// Fixture: tests/fixtures/interactions.py (PyTorch, float64, seed 11): autograd's derivatives, double integrals on a
// grid, softmax run again. Stored in float32, so that the formulas can be compared to some 1e-7.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { crossPosition } from "../../../lib/interactions/formulas/cross_position.ts";
import { edgeRemoval, rowRemoval } from "../../../lib/interactions/formulas/edge_removal.ts";
import { gatedMixedDifference } from "../../../lib/interactions/formulas/gated.ts";
import {
  integratedHessian,
  pathMeans,
  plainHessian,
} from "../../../lib/interactions/formulas/integrated_hessian.ts";
import {
  layerNormInsertion,
  layerNormSecondDerivative,
} from "../../../lib/interactions/formulas/layer_norm.ts";
import { mixedDifference } from "../../../lib/interactions/formulas/mixed_difference.ts";
import { jacobianChange } from "../../../lib/interactions/formulas/mlp.ts";
import { pairsOf } from "../../../lib/interactions/formulas/neuron.ts";
import { nonlinearity } from "../../../lib/interactions/formulas/nonlinearity.ts";
import { softmax } from "../../../lib/interactions/formulas/score_parts.ts";
import { assertClose, fixture } from "../../util.ts";

const pt = await fixture("interactions");
const SMOOTH = ["gelu", "gelu_new", "silu"] as const;
const NAMES = ["relu", ...SMOOTH] as const;

const A = rows("neurons.a"), C = pt["neurons.c"].data;

Deno.test("nonlinearity() is PyTorch's, with its derivatives", () => {
  const x = Array.from(pt["phi.x"].data);
  for (const name of NAMES) {
    const phi = nonlinearity(name);
    close(x.map(phi.value), `phi.${name}.value`);
    close(x.map(phi.slope), `phi.${name}.slope`);
    if (name !== "relu") close(x.map(phi.curvature), `phi.${name}.curvature`);
  }
  const other = x.map(nonlinearity("gelu").value);
  assertThrows(() => close(other, "phi.gelu_new.value")); // the two GELUs are told apart
});

Deno.test("mixedDifference() is four runs of PyTorch's nonlinearity", () => {
  for (const name of NAMES) {
    const found = A.map((a, n) =>
      mixedDifference(nonlinearity(name), { a: a[0], b: a[1], c: C[n] })
    );
    close(found, `neurons.${name}.mixed`);
  }
});

Deno.test("plainHessian() and integratedHessian() are autograd's, the integral a double one", () => {
  for (const name of SMOOTH) {
    const phi = nonlinearity(name);
    const plain = pt[`hessian.${name}.plain`], double = pt[`hessian.${name}.integrated`];
    A.forEach((a, n) => {
      const entry = ({ data }: typeof plain, i: number, j: number) => data[(n * 5 + i) * 5 + j];
      const neuron = { a, c: C[n] };
      const { pairs, diagonal } = integratedHessian(phi, neuron);
      const expect = (from: typeof plain) => pairsOf(5).map(([i, j]) => entry(from, i, j));
      const both = { rtol: 1e-6, atol: 3e-7 };
      assertClose(plainHessian(phi, neuron), expect(plain), { name: `${name} plain`, ...both });
      assertClose(pairs, expect(double), { name: `${name} pairs`, ...both });
      const own = a.map((_, i) => entry(double, i, i));
      assertClose(diagonal, own, { name: `${name} diagonal`, ...both });
    });
  }
});

Deno.test("pathMeans() of ReLU is the mean of its gates over a square of midpoints", () => {
  const relu = nonlinearity("relu");
  const found = A.map((a, n) => pathMeans(relu, { c: C[n], S: a.reduce((x, y) => x + y) }).slope);
  close(found, "hessian.relu.mean_slope", { rtol: 0, atol: 1e-3 });
  assert(found.some((x) => x > 0.02 && x < 0.98)); // some cross their kink on the way
});

Deno.test("jacobianChange() is the difference of autograd's Jacobians", () => {
  const token = { a: rows("mlp.a"), c: pt["mlp.c"].data, W_out: rows("mlp.W_out") };
  for (const name of NAMES) {
    const phi = nonlinearity(name), { data } = pt[`mlp.${name}.jacobian_change`];
    for (const i of [0, 1, 2]) {
      for (const j of [0, 1, 2].filter((j) => j !== i)) {
        const expected = data.subarray((i * 3 + j) * 4, (i * 3 + j + 1) * 4);
        const label = { name: `${name} ${i} ${j}`, rtol: 1e-6, atol: 1e-6 };
        assertClose(jacobianChange(phi, token, { i, j }), expected, label);
      }
    }
  }
});

Deno.test("layerNormSecondDerivative() is autograd's, layerNormInsertion() four runs", () => {
  const [x, u, v] = ["x", "u", "v"].map((name) => rows(`layer_norm.${name}`));
  const steps = x.map((_, n) => ({ x: x[n], u: u[n], v: v[n] }));
  close(steps.flatMap((at) => [...layerNormSecondDerivative(at)]), "layer_norm.second");
  close(steps.flatMap((at) => [...layerNormInsertion(at)]), "layer_norm.insertion");
});

Deno.test("gatedMixedDifference() is four runs of SwiGLU, and of its ReLU form", () => {
  const meetings = (name: string) => rows(name).map(([a, b, c]) => ({ a, b, c }));
  const gates = meetings("swiglu.gate"), ups = meetings("swiglu.up");
  for (const name of ["silu", "relu"] as const) {
    const phi = nonlinearity(name);
    const found = gates.map((gate, n) => gatedMixedDifference(phi, { gate, up: ups[n] }));
    close(found, `swiglu.${name}.gated`);
  }
});

Deno.test("edgeRemoval(), rowRemoval() and crossPosition() are softmax run again, at its edges too", () => {
  const scores = rows("softmax.scores"), delta = rows("softmax.delta");
  const key = pt["softmax.key"].data, gamma = pt["softmax.gamma"].data;
  const values = rows("softmax.v");
  const attention = scores.map((row, n) => ({
    A: softmax(row),
    v: values.slice(6 * n, 6 * n + 6),
  }));
  const removed = attention.map((row, n) => edgeRemoval(row, { k: key[n], gamma: gamma[n] }));
  close(removed.flatMap((y) => [...y]), "softmax.removed");
  const rowsRemoved = attention.map((row, n) => rowRemoval(row, delta[n]));
  close(rowsRemoved.flatMap((y) => [...y]), "softmax.row_removed");
  const cross = attention.slice(3).map((row) => crossPosition(row, { k: 0, other: 1 }));
  close(cross.flatMap((y) => [...y]), "softmax.cross");
  assertEquals([...removed[0]], [0, 0, 0]); // the only key keeps all
});

/** A tensor's rows along its last axis: [..., width] → [rows][width]. */
function rows(name: string): number[][] {
  const { shape, data } = pt[name], width = shape.at(-1)!;
  return Array.from({ length: data.length / width }, (_, r) => [
    ...data.subarray(r * width, (r + 1) * width),
  ]);
}

function close(
  found: number[],
  name: string,
  { rtol = 1e-6, atol }: Partial<Parameters<typeof assertClose>[2]> = {},
) {
  assertClose(found, pt[name].data, { name, rtol, ...(atol === undefined ? {} : { atol }) });
}
