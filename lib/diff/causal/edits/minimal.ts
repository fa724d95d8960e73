/**
 * The least change of the activations of all sites together that silences latents, in raw units or in
 * those of training, s_l a_l: which of them decides where the change goes, since the norms of residual
 * streams grow from site to site.
 * @module
 */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import { preActivations } from "../../../crosscoder/encode.ts";
import { encoderRow } from "../../../crosscoder/rows.ts";
import { textParts } from "../../../crosscoder/text_parts.ts";
import { stackColumns } from "../../../tensor/ops/rows.ts";
import { upload } from "../../../tensor/tensor.ts";
import { type Asked, type AskedText, forcedText } from "../question/asked.ts";
import { filled } from "../question/reading.ts";
import type { ShiftTerms } from "./edit.ts";
import { leastChange } from "./least_change.ts";
import type { RemovalOptions } from "./removal.ts";

/** −λ_i times W_enc,i, divided by s_l² where the norm is that of scaled activations. */
export async function minimalShifts(
  asked: Asked,
  coder: Crosscoder,
  { text, latents, options: { target = "threshold", unit = "raw" } }: {
    text: AskedText;
    latents: readonly number[];
    options: RemovalOptions;
  },
): Promise<ShiftTerms> {
  const { d_in, scale } = coder.config;
  const encoders = latents.map((latent) => encoderRow(coder, latent));
  const rows = encoders.map((row) =>
    unit === "raw" ? row : row.map((w, j) => w / scale[Math.floor(j / d_in)] ** 2)
  );
  const z = await preActivationsOf(asked, coder, { text, latents, encoders });
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
        z: own.map((n) => z[token * latents.length + n]),
        target: own.map((n) => targets[n]),
        gram,
      });
      return [...lambda].map((value) => -value);
    },
  };
}

/** z of some latents in a text, [tokens, latents]. */
async function preActivationsOf(
  { model, ...asked }: Asked,
  coder: Crosscoder,
  { text, latents, encoders }: {
    text: AskedText;
    latents: readonly number[];
    encoders: readonly Float32Array[];
  },
): Promise<Float32Array> {
  const { gpu } = model, n = latents.length, width = encoders[0].length;
  const { pos, sequences } = filled(forcedText({ model, ...asked }, text));
  const data = new Float32Array(width * n);
  encoders.forEach((row, i) => row.forEach((w, j) => data[j * n + i] = w));
  const bias = Float32Array.from(latents, (latent) => coder.arrays.b_enc.data[latent]);
  using W_enc = upload(gpu, { shape: [1, width, n], data });
  using b_enc = upload(gpu, { shape: [n], data: bias });
  const found = new Float32Array(sequences.length * pos * n);
  for await (const { first, x } of textParts(model, coder, sequences)) {
    using joined = stackColumns(x);
    using z = preActivations({ W_enc, b_enc }, joined);
    found.set(await z.read(), first * n);
  }
  return found;
}

function targetsOf(
  { config: { activation }, arrays: { threshold } }: Crosscoder,
  latents: readonly number[],
  target: "threshold" | number,
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
