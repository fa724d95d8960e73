// What shows itself at the end of a cell beside figures and tables: models, crosscoders, certificates.
import { assertEquals, assertStringIncludes } from "@std/assert";
import * as crosslab from "../../lib/mod.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];

/** The text of what a notebook is given. */
function shown(object: object): string {
  const bundle = (object as Record<symbol, () => Record<string, string>>)[
    Symbol.for("Jupyter.display")
  ]();
  return bundle["text/plain"];
}

const line = (text: string, what: string) =>
  text.split("\n").find((line) => line.startsWith(what))?.slice(what.length).trim();

Deno.test("a model shows its architecture, and counts its parameters", () => {
  const sizes = { d_vocab: 20, d_model: 8, n_layers: 1, n_heads: 2, n_ctx: 16 };
  const config = crosslab.gptNeoConfig(sizes);
  const weights = crosslab.initialWeights(config, crosslab.stream(0, "weights"));
  const text = shown(crosslab.createGptNeo(gpu, config, weights));
  const numbers = Object.values(weights).reduce((sum, { data }) => sum + data.length, 0);
  assertEquals(line(text, "architecture"), "gpt_neo");
  assertEquals(line(text, "parameters"), `${numbers}`);
  assertEquals(line(text, "n_ctx"), "16");
});

Deno.test("a crosscoder shows its sites, and whether its scale is folded in", async () => {
  const config = crosslab.crosscoder.coderConfig({ sites: ["hook_embed"], d_in: 4, d_sae: 8 });
  const array = (...shape: number[]) => ({
    shape,
    data: new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1),
  });
  const arrays = {
    W_enc: array(1, 4, 8),
    W_dec: array(8, 1, 4),
    b_enc: array(8),
    b_dec: array(1, 4),
    threshold: array(8),
  };
  const folded = crosslab.crosscoder.fold({ config, arrays });
  const text = shown(folded);
  assertEquals(line(text, "latents (d_sae)"), "8");
  assertStringIncludes(line(text, "sites")!, "hook_embed");
  assertEquals(line(text, "works on"), "raw activations");
  const folder = await Deno.makeTempDir();
  try {
    await crosslab.saveCrosscoder(folder, folded);
    assertEquals(shown(await crosslab.loadCrosscoder(folder)), text);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
});

Deno.test("a certificate shows its theorem and its claim", () => {
  const model = {
    config: { d_vocab: 2, d_model: 2, d_head: 1, n_ctx: 2 },
    W_E: Float32Array.of(0, 1, 1, 1),
    W_pos: new Float32Array(4),
    W_Q: new Float32Array(2),
    W_K: new Float32Array(2),
    W_V: Float32Array.of(4, -0.5),
    W_O: Float32Array.of(0, 1),
    W_U: Float32Array.of(0, 0, -1, 1),
  };
  const certified = crosslab.certify(crosslab.makeProver(model), "cubic");
  const { claim, sha256 } = JSON.parse(certified.certificate);
  const text = shown(certified);
  assertEquals(line(text, "theorem"), "cubic");
  assertEquals(line(text, "claim"), `at least ${claim.certified} of ${claim.sequences}`);
  assertEquals(line(text, "SHA-256 of its text"), sha256);
});
