// The checker's bounds of a layer's residual against plain float64 arithmetic.
import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { asEncodings } from "../../../lib/interactions/proof/certify.ts";
import { recomputeResidual } from "../../../lib/interactions/proof/checker/check.ts";
import { contributions } from "../../../lib/interactions/proof/checker/contributions.ts";
import { boundToken, METHODS } from "../../../lib/interactions/proof/checker/residual.ts";
import type { Subject } from "../../../lib/interactions/proof/checker/subject.ts";
import { MINI, MINI_ACTIVE, randomActive, randomSubject } from "./tiny_proof.ts";

const PHI = {
  relu: (x: number) => Math.max(0, x),
  gelu_new: (x: number) =>
    x / 2 * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3))),
};

/** R and MLP(x̂) - MLP(b) of one token, by their definitions. */
function plain(
  { activation, d_model, d_mlp, weights: w }: Subject,
  latent: ArrayLike<number>,
  act: ArrayLike<number>,
) {
  const phi = PHI[activation as keyof typeof PHI];
  const mlp = (x: number[]) => {
    const out = new Array(d_model).fill(0);
    for (let k = 0; k < d_mlp; k++) {
      let z = w.b_in[k];
      for (let m = 0; m < d_model; m++) {
        z += w.W_in[k * d_model + m] * (w.ln_w[m] * x[m] + w.ln_b[m]);
      }
      for (let m = 0; m < d_model; m++) out[m] += phi(z) * w.W_out[m * d_mlp + k];
    }
    return out;
  };
  const plus = (x: number[], e: number) =>
    x.map((value, m) => value + act[e] * w.W_dec[latent[e] * d_model + m]);
  const base = [...w.b_dec];
  const entries = Array.from({ length: latent.length }, (_, e) => e);
  const through = mlp(entries.reduce(plus, base)).map((y, m) => y - mlp(base)[m]);
  const singles = entries.map((e) => mlp(plus(base, e)));
  const R = through.map((y, m) => y - singles.reduce((sum, s) => sum + s[m] - mlp(base)[m], 0));
  return { residual: Math.hypot(...R), deviation: Math.hypot(...through) };
}

Deno.test("the mini MLP's residual and deviation are those of the worked example", () => {
  const of = contributions(MINI), token = { latent: MINI_ACTIVE.latent, act: MINI_ACTIVE.act };
  const exact = boundToken(of, token, "exact");
  assertAlmostEquals(exact.residual, 1.285321458, 1e-6); // the weights are float32
  assertAlmostEquals(exact.deviation, 1.654875467, 1e-6);
  const norms = [1.118033989, 1.030776406, 0.5];
  const by = (values: number[]) => values.reduce((sum, x, k) => sum + x * norms[k], 0);
  assertAlmostEquals(boundToken(of, token, "neurons").residual, by([0.925, 0.52, 0.57]), 1e-6);
  assertAlmostEquals(boundToken(of, token, "dominant").residual, by([1.325, 0.925, 0.93]), 1e-6);
});

for (const activation of ["relu", "gelu_new"] as const) {
  Deno.test(`no bound lies below the true residual, and each is tighter than the last: ${activation}`, () => {
    for (let seed = 0; seed < 5; seed++) {
      const subject = randomSubject(activation, seed), of = contributions(subject);
      const { start, latent, act } = randomActive(subject, 20, seed);
      for (let t = 0; t < 20; t++) {
        const part = [latent, act].map((x) => x.slice(start[t], start[t + 1]));
        const token = { latent: part[0] as Uint32Array, act: part[1] as Float32Array };
        const truth = plain(subject, token.latent, token.act);
        const bounds = METHODS.map((method) => boundToken(of, token, method));
        const residuals = bounds.map(({ residual }) => residual);
        if (token.act.length > 1) assertEquals(residuals, residuals.toSorted((a, b) => b - a));
        for (const { residual, deviation } of bounds) {
          assert(residual >= truth.residual - 1e-13, `${residual} < ${truth.residual}`);
          assert(deviation <= truth.deviation + 1e-13, `${deviation} > ${truth.deviation}`);
        }
        assertAlmostEquals(bounds[3].residual, truth.residual, 1e-10);
        assertAlmostEquals(bounds[3].deviation, truth.deviation, 1e-10);
      }
    }
  });
}

Deno.test("tokens of one latent or none have no residual, up to rounding", () => {
  const subject = randomSubject("gelu_new"), of = contributions(subject);
  for (const method of METHODS) {
    const none = boundToken(of, { latent: new Uint32Array(0), act: new Float32Array(0) }, method);
    const one = boundToken(of, { latent: Uint32Array.of(3), act: Float32Array.of(1) }, method);
    assert(none.residual < 1e-140 && one.residual < 1e-140, method);
    assert(one.deviation > 0.1);
  }
});

Deno.test("recomputeResidual() sums up tokens: mean, largest, share", () => {
  const subject = randomSubject("relu"), active = randomActive(subject, 30);
  const of = contributions(subject), parts = { subject, encodings: asEncodings(active) };
  const bounds = Array.from({ length: 30 }, (_, t) => {
    const [latent, act] = [active.latent, active.act].map((x) =>
      x.slice(active.start[t], active.start[t + 1])
    );
    return boundToken(of, { latent: latent as Uint32Array, act: act as Float32Array }, "neurons");
  });
  const sum = (values: number[]) => values.reduce((a, b) => a + b, 0);
  const residuals = bounds.map(({ residual }) => residual);
  const { mean, max, share } = recomputeResidual(parts, "neurons");
  assertEquals(max, Math.max(...residuals));
  assert(mean >= sum(residuals) / 30 && mean < sum(residuals) / 30 * (1 + 1e-7));
  assertAlmostEquals(share!, sum(residuals) / sum(bounds.map((b) => b.deviation)), 1e-6);
});
