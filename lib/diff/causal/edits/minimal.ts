/**
 * The least change of the activations of all sites together that silences latents, in raw units or in
 * those of training, s_l a_l: which of them decides where the change goes, since the norms of residual
 * streams grow from site to site.
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import { encoderRow } from "../../../crosscoder/rows.ts";
import type { Asked, AskedText } from "../question/asked.ts";
import { siteValues } from "../question/reading.ts";
import type { ShiftTerms } from "./edit.ts";
import { leastChange } from "./least_change.ts";
import type { Minimal } from "./removal.ts";

/** −λ_i times W_enc,i, divided by s_l² where the norm is that of scaled activations. */
export async function minimalShifts(
  asked: Asked,
  coder: Crosscoder,
  { text, latents, minimal: { target = "threshold", unit = "raw" } }: {
    text: AskedText;
    latents: readonly number[];
    minimal: Minimal;
  },
): Promise<ShiftTerms> {
  const { d_in, scale } = coder.config;
  const encoders = latents.map((latent) => encoderRow(coder, latent));
  const rows = encoders.map((row) =>
    unit === "raw" ? row : row.map((w, j) => w / scale[Math.floor(j / d_in)] ** 2)
  );
  const values = await siteValues(asked, coder, text), { b_enc } = coder.arrays;
  const z = (n: number, token: number) =>
    values.reduce((sum, x, site) => {
      const row = encoders[n].subarray(site * d_in, (site + 1) * d_in);
      return sum + dot(row, x.subarray(token * d_in, (token + 1) * d_in));
    }, b_enc.data[latents[n]]);
  const place = new Map(latents.map((latent, n) => [latent, n]));
  const targets = targetsOf(coder, latents, target);
  const grams = new Map<readonly number[], Float64Array>();
  return {
    rows: new Map(latents.map((latent, n) => [latent, rows[n]])),
    at(group, token) {
      const own = group.map((latent) => place.get(latent)!);
      const gram = grams.get(group) ??
        Float64Array.from(own.flatMap((i) => own.map((j) => dot(encoders[i], rows[j]))));
      grams.set(group, gram);
      const lambda = leastChange({
        z: own.map((n) => z(n, token)),
        target: own.map((n) => targets[n]),
        gram,
      });
      return [...lambda].map((value) => -value);
    },
  };
}

function targetsOf(
  { config: { activation }, arrays: { threshold } }: Crosscoder,
  latents: readonly number[],
  target: NonNullable<Minimal["target"]>,
): number[] {
  if (target !== "threshold") return latents.map(() => target);
  if (activation.kind === "topk") {
    throw new RangeError(
      "Cannot remove latents by the least change: expected latents with a threshold but found those of a " +
        "topk, silent where others are larger: pass a target, 0 for example",
    );
  }
  return latents.map((latent) => threshold?.data[latent] ?? 0);
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let j = 0; j < a.length; j++) sum += a[j] * b[j];
  return sum;
}
