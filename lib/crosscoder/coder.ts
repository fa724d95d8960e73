/**
 * A crosscoder as plain arrays, the form in which it is saved, compared and loaded again.
 *
 *   z = Σ_l a_l W_enc[l] + b_enc;  f = activation(z);  â_l = f W_dec[·, l] + b_dec[l]
 *
 * Training sees activations scaled per site to mean norm √d_in. `fold` moves those scales into the
 * weights, so that a saved crosscoder works on raw activations; a second fold would silently be
 * wrong, so it throws.
 * @module
 */
import { join } from "node:path";
import { modelOnDisk } from "../io/hub/model_on_disk.ts";
import { replaceFiles } from "../io/file_set.ts";
import { exists, jsonText, readJson } from "../io/files.ts";
import { expectPath } from "../io/regular_files.ts";
import type { HostArray } from "../io/host_array.ts";
import { encodeSafetensors, readSafetensors } from "../io/safetensors.ts";
import { escaped, show } from "../io/show.ts";
import { checkSelfTest, selfTestOf } from "./self_test.ts";
import { checkCoder, checkCoderConfig, type Crosscoder } from "./check_coder.ts";
import { shownCoder } from "./shown_coder.ts";

export type { CoderArrays, Crosscoder } from "./check_coder.ts";
export type { CoderConfig } from "./coder_config.ts";

/** Rows of activations that a saved crosscoder is tried on. */
const SELF_TEST_FILE = "self_test.safetensors";

/**
 * For raw activations: W_enc · s, W_dec / s, b_dec / s. Throws where the scale is folded in
 * already.
 */
export function fold(coder: Crosscoder): Crosscoder {
  checkCoder("fold crosscoder", coder, { folded: false });
  return rescale(coder, { folded: true, sign: 1 });
}

/** For scaled activations, as training wants them: the inverse of `fold`. */
export function unfold(coder: Crosscoder): Crosscoder {
  checkCoder("unfold crosscoder", coder, { folded: true });
  return rescale(coder, { folded: false, sign: -1 });
}

/**
 * The same crosscoder for scaled activations, folded or not: whatever looks at one decides here,
 * and here alone. Throws on what `checkCoder` refuses; `action` begins the sentence, `trains` is
 * passed on.
 */
export function unfolded(
  action: string,
  coder: Crosscoder,
  { trains }: { trains?: boolean } = {},
): Crosscoder {
  checkCoder(action, coder, { trains });
  return coder.config.folded ? unfold(coder) : coder;
}

function rescale(
  { config, arrays, ...more }: Crosscoder,
  { folded, sign }: { folded: boolean; sign: 1 | -1 },
): Crosscoder {
  const { d_in, d_sae, scale } = config;
  const n_sites = config.sites.length;
  const factor = scale.map((s) => sign === 1 ? s : 1 / s);
  const map = ({ shape, data }: HostArray, value: (x: number, i: number) => number) => ({
    shape,
    data: data.map(value),
  });
  const scaled = {
    ...more,
    config: { ...config, folded },
    arrays: {
      ...arrays,
      W_enc: map(arrays.W_enc, (w, i) => w * factor[Math.floor(i / (d_in * d_sae))]),
      W_dec: map(arrays.W_dec, (w, i) => w / factor[Math.floor(i / d_in) % n_sites]),
      b_dec: map(arrays.b_dec, (b, i) => b / factor[Math.floor(i / d_in)]),
    },
  };
  checkCoder("move the scale of a crosscoder", scaled); // a huge scale leaves float32
  return shownCoder(scaled);
}

/**
 * Writes model.safetensors and config.json, and self_test.safetensors where the crosscoder has a
 * self-test; refuses one that loadCrosscoder would not take, or that no longer makes of its rows
 * what it made when it was trained.
 */
export async function saveCrosscoder(folder: string, coder: Crosscoder): Promise<void> {
  const action = `save crosscoder ${escaped(String(folder))}`;
  checkCoder(action, coder);
  const self_test = checkSelfTest(action, coder, { moved: true });
  const { config, arrays, selfTest } = coder;
  await replaceFiles(folder, [
    ["model.safetensors", encodeSafetensors(arrays, { format: "crosslab" })],
    [SELF_TEST_FILE, selfTest && encodeSafetensors({ x: selfTest.x }, { format: "crosslab" })],
    ["config.json", jsonText({ ...config, ...(self_test && { self_test }) })],
  ]);
}

/**
 * Reads a crosscoder from a folder, or from `hf:OWNER/NAME[@revision][:folder]`; throws on whatever
 * checkCoder refuses, and where it does not make of the rows of its self-test what config.json says:
 * its activation or its scale are then not those that it was trained with. `folded` asks for weights
 * in one of the two forms.
 */
export async function loadCrosscoder(
  named: string,
  { folded }: { folded?: boolean } = {},
): Promise<Crosscoder> {
  const action = `load crosscoder ${escaped(String(named))}`;
  expectPath(action, named, "a folder");
  const folder = await modelOnDisk(named);
  const path = join(folder, "config.json");
  const json = await readJson(path);
  if (typeof json?.model_type === "string") {
    throw new Error(
      `Cannot ${action}: expected a crosscoder but found a language model, ` +
        `${show(json.model_type)}: load it with loadModel, or name a crosscoder's folder`,
    );
  }
  const todo = `correct ${escaped(path)}, or save the crosscoder again`;
  const { self_test, ...rest } = Object(json);
  const config = checkCoderConfig(action, self_test === undefined ? json : rest, todo);
  const { tensors } = await readSafetensors(join(folder, "model.safetensors"));
  const coder = { config, arrays: Object.fromEntries(tensors) };
  checkCoder(action, coder, { folded });
  const file = join(folder, SELF_TEST_FILE);
  if (self_test === undefined) {
    if (!(await exists(file))) return shownCoder(coder);
    throw new RangeError(
      `Cannot ${action}: expected self_test in config.json, since ${SELF_TEST_FILE} is there, but ` +
        "found none: take the folder as it was written, or remove that file to do without the test",
    );
  }
  const rows = await readSafetensors(file);
  const selfTest = selfTestOf(action, self_test, rows.tensors.get("x"), todo);
  const tested = { ...coder, selfTest };
  checkSelfTest(action, tested, { todo: "take the folder as it was written" });
  return shownCoder(tested);
}
