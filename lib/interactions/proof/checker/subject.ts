/**
 * Checker: what a certificate speaks of, read from the files themselves: the MLP of one block of a
 * GPT-Neo in Hugging Face's format, and the decoder of a folded crosscoder at that MLP's input.
 * @module
 */
import { createHash } from "node:crypto";
import { join } from "node:path";
import { readJson } from "../../../io/files.ts";
import type { HostArray } from "../../../io/host_array.ts";
import { readSafetensors } from "../../../io/safetensors.ts";
import { PROVEN } from "./activations.ts";
import { reject } from "./reject.ts";

/** The tensors of one MLP and its dictionary, float32 taken as exact real numbers. */
export type Weights = {
  /** [d_mlp, d_model]. */
  W_in: Float32Array;
  b_in: Float32Array;
  /** [d_model, d_mlp]. */
  W_out: Float32Array;
  ln_w: Float32Array;
  ln_b: Float32Array;
  /** [d_sae, d_model], of one site. */
  W_dec: Float32Array;
  b_dec: Float32Array;
};

/** One MLP, the dictionary at its input, and their sizes. */
export type Subject = {
  activation: keyof typeof PROVEN;
  d_model: number;
  d_mlp: number;
  d_sae: number;
  weights: Weights;
};

/** Where the MLP and the decoder stand: block `layer` of the model, entry `site` of the coder's sites. */
export type Place = { layer: number; site: number };

/** Reads both from the folders in which loadModel and loadCrosscoder find them. */
export async function readSubject(
  { model, coder }: { model: string; coder: string },
  { layer, site }: Place,
): Promise<Subject> {
  const { activation, d_model, d_mlp } = modelSizes(await readJson(join(model, "config.json")));
  const { d_sae, n_sites } = coderSizes(await readJson(join(coder, "config.json")), {
    layer,
    site,
    d_model,
  });
  const ofModel = tensorsOf(await readSafetensors(join(model, "model.safetensors")));
  const ofCoder = tensorsOf(await readSafetensors(join(coder, "model.safetensors")));
  const block = `transformer.h.${layer}`;
  const W_dec = ofCoder("W_dec", [d_sae, n_sites, d_model]);
  const weights = {
    W_in: ofModel(`${block}.mlp.c_fc.weight`, [d_mlp, d_model]),
    b_in: ofModel(`${block}.mlp.c_fc.bias`, [d_mlp]),
    W_out: ofModel(`${block}.mlp.c_proj.weight`, [d_model, d_mlp]),
    ln_w: ofModel(`${block}.ln_2.weight`, [d_model]),
    ln_b: ofModel(`${block}.ln_2.bias`, [d_model]),
    W_dec: atSite(W_dec, { d_sae, n_sites, d_model, site }),
    b_dec: ofCoder("b_dec", [n_sites, d_model]).slice(site * d_model, (site + 1) * d_model),
  };
  return { activation, d_model, d_mlp, d_sae, weights };
}

/** SHA-256 of a subject: its activation, its sizes, its tensors as little-endian float32. */
export function subjectHash({ weights, ...sizes }: Subject): string {
  const hash = createHash("sha256");
  hash.update([sizes.activation, sizes.d_model, sizes.d_mlp, sizes.d_sae].join(" "));
  const { W_in, b_in, W_out, ln_w, ln_b, W_dec, b_dec } = weights;
  for (const values of [W_in, b_in, W_out, ln_w, ln_b, W_dec, b_dec]) hash.update(bytes(values));
  return hash.digest("hex");
}

/** The bytes of float32 numbers, little-endian on any machine. */
export function bytes(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, i) => view.setFloat32(4 * i, value, true));
  return new Uint8Array(view.buffer);
}

const MODEL = "name the folder of the model that was certified";
const CODER = "name the folder of the crosscoder that was certified";
/** What interval_matrix.ts and residual.ts count their roundings for. */
const MOST = { d_model: 1024, d_mlp: 4096 };

function modelSizes(json: Record<string, unknown>) {
  if (json?.model_type !== "gpt_neo") reject("model_type gpt_neo", json?.model_type, MODEL);
  const d_model = size(json.hidden_size, "hidden_size", MOST.d_model);
  const d_mlp = size(json.intermediate_size ?? 4 * d_model, "intermediate_size", MOST.d_mlp);
  const activation = json.activation_function as Subject["activation"];
  if (typeof activation !== "string" || !Object.hasOwn(PROVEN, activation)) {
    reject(`an activation_function of ${Object.keys(PROVEN).join(", ")}`, activation, MODEL);
  }
  return { activation, d_model, d_mlp };
}

function coderSizes(
  json: Record<string, unknown>,
  { layer, site, d_model }: Place & { d_model: number },
) {
  if (json?.folded !== true) reject("a folded crosscoder", json?.folded, CODER);
  const hook = `blocks.${layer}.ln2.hook_normalized`;
  const sites = Array.isArray(json.sites) ? json.sites : [];
  const found = sites[site]?.hook ?? sites[site];
  if (found !== hook) reject(`site ${site} to be ${hook}`, found, CODER);
  if (json.d_in !== d_model) reject(`d_in ${d_model}`, json.d_in, CODER);
  return { d_sae: size(json.d_sae, "d_sae", 2 ** 20), n_sites: sites.length };
}

function size(value: unknown, name: string, most: number): number {
  if (Number.isSafeInteger(value) && (value as number) > 0 && (value as number) <= most) {
    return value as number;
  }
  return reject(`${name} from 1 to ${most}`, value, "take a model of a size that can be certified");
}

/** Takes tensors out by name; the axis of a single site may have been dropped. */
function tensorsOf({ tensors }: { tensors: Map<string, HostArray> }) {
  return (name: string, shape: number[]): Float32Array => {
    const found = tensors.get(name);
    const plain = (sizes: number[]) => sizes.filter((n) => n !== 1).join();
    if (found === undefined || plain(found.shape) !== plain(shape)) {
      reject(`${name} of shape [${shape}]`, found?.shape, "take the files as they were written");
    }
    const wrong = found.data.find((x) => !Number.isFinite(x));
    if (wrong !== undefined) reject(`finite numbers in ${name}`, `${wrong}`, "train it again");
    return found.data;
  };
}

function atSite(
  W_dec: Float32Array,
  { d_sae, n_sites, d_model, site }: {
    d_sae: number;
    n_sites: number;
    d_model: number;
    site: number;
  },
): Float32Array {
  const rows = new Float32Array(d_sae * d_model);
  for (let i = 0; i < d_sae; i++) {
    const from = (i * n_sites + site) * d_model;
    rows.set(W_dec.subarray(from, from + d_model), i * d_model);
  }
  return rows;
}
