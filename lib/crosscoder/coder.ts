/**
 * A crosscoder as plain arrays, the form in which it is saved, compared and loaded again.
 *
 *   z = Σ_l a_l W_enc[l] + b_enc;  f = z · 1[z > threshold];  â_l = f W_dec[·, l] + b_dec[l]
 *
 * Training sees activations scaled per site to mean norm √d_in. `fold` moves those scales into the weights, so that a
 * saved crosscoder works on raw activations; a second fold would silently be wrong, so it throws.
 * @module
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { readJson, writeJson } from "../io/files.ts";
import type { HostArray } from "../io/host_array.ts";
import { expectTensors, readSafetensors, writeSafetensors } from "../io/safetensors.ts";

/** `scale[l]` is √d_in / mean ‖a_l‖ as measured once, at stage S; `folded` says where it is. */
export type CoderConfig = {
  sites: string[];
  d_in: number;
  d_sae: number;
  scale: number[];
  folded: boolean;
};

/** W_enc [n_sites, d_in, d_sae], W_dec [d_sae, n_sites, d_in], b_enc [d_sae], b_dec [n_sites, d_in], threshold [d_sae]. */
export type CoderArrays = Record<"W_enc" | "W_dec" | "b_enc" | "b_dec" | "threshold", HostArray>;

export type Crosscoder = { config: CoderConfig; arrays: CoderArrays };

/** Shapes of the arrays. */
export function coderShapes(
  { sites, d_in, d_sae }: CoderConfig,
): Record<keyof CoderArrays, number[]> {
  const n_sites = sites.length;
  return {
    W_enc: [n_sites, d_in, d_sae],
    W_dec: [d_sae, n_sites, d_in],
    b_enc: [d_sae],
    b_dec: [n_sites, d_in],
    threshold: [d_sae],
  };
}

/** For raw activations: W_enc · s, W_dec / s, b_dec / s. Throws where the scale is folded in already. */
export function fold(coder: Crosscoder): Crosscoder {
  if (coder.config.folded) throw new Error(wrongFold("fold", "scaled", "folded"));
  return rescale(coder, { folded: true, sign: 1 });
}

/** For scaled activations, as training wants them: the inverse of `fold`. */
export function unfold(coder: Crosscoder): Crosscoder {
  if (!coder.config.folded) throw new Error(wrongFold("unfold", "folded", "unfolded"));
  return rescale(coder, { folded: false, sign: -1 });
}

function wrongFold(action: string, expected: string, found: string): string {
  return `Cannot ${action} crosscoder: expected ${expected} weights but found ${found} ones: ` +
    `config.folded tells which they are, ${action} once`;
}

function rescale(
  { config, arrays }: Crosscoder,
  { folded, sign }: { folded: boolean; sign: 1 | -1 },
) {
  const { d_in, d_sae, scale } = config;
  const n_sites = config.sites.length;
  const factor = scale.map((s) => sign === 1 ? s : 1 / s);
  const map = ({ shape, data }: HostArray, value: (x: number, i: number) => number) => ({
    shape,
    data: data.map(value),
  });
  return {
    config: { ...config, folded },
    arrays: {
      ...arrays,
      W_enc: map(arrays.W_enc, (w, i) => w * factor[Math.floor(i / (d_in * d_sae))]),
      W_dec: map(arrays.W_dec, (w, i) => w / factor[Math.floor(i / d_in) % n_sites]),
      b_dec: map(arrays.b_dec, (b, i) => b / factor[Math.floor(i / d_in)]),
    },
  };
}

/** Writes model.safetensors and config.json. */
export async function saveCrosscoder(
  folder: string,
  { config, arrays }: Crosscoder,
): Promise<void> {
  await mkdir(folder, { recursive: true });
  await writeSafetensors(join(folder, "model.safetensors"), arrays, { format: "crosslab" });
  await writeJson(join(folder, "config.json"), config);
}

/** Reads a crosscoder; throws on missing, unknown or misshapen tensors and on an incomplete configuration. */
export async function loadCrosscoder(folder: string): Promise<Crosscoder> {
  const path = join(folder, "config.json");
  const config: CoderConfig = await readJson(path);
  const { sites, scale, d_in, d_sae, folded } = config;
  const whole = Array.isArray(sites) && Array.isArray(scale) && sites.length === scale.length &&
    [d_in, d_sae].every(Number.isInteger) && typeof folded === "boolean";
  if (!whole) {
    throw new TypeError(
      `Cannot load crosscoder: expected sites, scale (one for each site), d_in, d_sae and folded ` +
        `but found ${JSON.stringify(config).slice(0, 200)}: correct ${path}`,
    );
  }
  const file = join(folder, "model.safetensors");
  const { tensors } = await readSafetensors(file);
  expectTensors(tensors, coderShapes(config), { file });
  return { config, arrays: Object.fromEntries(tensors) as CoderArrays };
}
