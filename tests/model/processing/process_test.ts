// Fixture: tests/fixtures/processing.py: TransformerLens' own weights before and after, float64 there. SHA-256 of the
// file: 0cd0ffbdd1ad5e949413c2240458c7e9e57307cbe26f5019790e237d5932d147. Worst error seen: 6e-8.
import { assertEquals, assertThrows } from "@std/assert";
import type { ModelNames } from "../../../lib/model/architecture.ts";
import { type Processing, stepsOf } from "../../../lib/model/processing/options.ts";
import { processWeights } from "../../../lib/model/processing/process.ts";
import { assertClose, fixture, fixtureOptions } from "../../util.ts";

const pt = await fixture("processing");
const MODELS = {
  gpt2: { n_heads: 2, rms: false, biased: true },
  llama: { n_heads: 4, rms: true, biased: false },
  qwen: { n_heads: 4, rms: true, biased: true },
};
const STEPS = {
  fold: "foldLayerNorm",
  write: "centreWriting",
  unembed: "centreUnembed",
  value: "foldValueBiases",
} as const;
const NONE = stepsOf("test", {
  foldLayerNorm: false,
  centreWriting: false,
  centreUnembed: false,
  foldValueBiases: false,
});
const ALL = stepsOf("test", {});

/** TransformerLens' own names, as if they were those of an architecture. */
function namesOf({ rms, biased }: { rms: boolean; biased: boolean }): ModelNames {
  const norm = (name: string) => ({ w: `${name}.w`, ...(!rms && { b: `${name}.b` }) });
  const blocks = [0, 1].map((layer) => {
    const block = `blocks.${layer}`, in_ = (part: string) => `${block}.attn.${part}`;
    const mlp = (part: string) => `${block}.mlp.${part}`;
    return {
      ln1: norm(`${block}.ln1`),
      ln2: norm(`${block}.ln2`),
      W_Q: in_("W_Q"),
      W_K: in_("W_K"),
      W_V: in_("W_V"),
      W_O: in_("W_O"),
      W_in: mlp("W_in"),
      W_out: mlp("W_out"),
      ...(rms && { W_gate: mlp("W_gate") }),
      ...(biased && { b_Q: in_("b_Q"), b_K: in_("b_K"), b_V: in_("b_V"), b_O: in_("b_O") }),
      ...(!rms && { b_in: mlp("b_in"), b_out: mlp("b_out") }),
    };
  });
  const outer = rms ? {} : { W_pos: "pos_embed.W_pos", b_U: "unembed.b_U" };
  const W_E = "embed.W_E", W_U = "unembed.W_U";
  return { W_E, ln_final: norm("ln_final"), W_U, ...outer, blocks };
}

function check(model: keyof typeof MODELS, steps: Required<Processing>, to: string): void {
  const names = namesOf(MODELS[model]), raw: typeof pt = {};
  for (const [name, array] of Object.entries(pt)) {
    const prefix = `${model}.raw.`;
    if (name.startsWith(prefix)) raw[name.slice(prefix.length)] = array;
  }
  const { n_heads } = MODELS[model];
  const found = processWeights(raw, { from: names, to: names, n_heads }, steps);
  for (const [name, array] of Object.entries(found)) {
    // TransformerLens drops what is left of folded norms; a step has what it changed.
    const expected = pt[`${model}.${to}.${name}`];
    const identity = steps.foldLayerNorm && /ln\w+\.[wb]$/.test(name);
    if (expected === undefined && identity) {
      assertEquals(new Set(array.data), new Set([name.endsWith("w") ? 1 : 0]), name);
    } else if (expected === undefined) {
      assertEquals(array, raw[name], name);
    } else assertClose(array.data, expected, { name, rtol: 1e-6, atol: 1e-7 });
  }
}

Deno.test("stepsOf() has TransformerLens' defaults", async () => {
  const { defaults } = await fixtureOptions<{ defaults: string[] }>("processing");
  const theirs = ["fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases"];
  assertEquals(defaults, theirs);
  assertEquals(ALL, { ...NONE, ...Object.fromEntries(Object.values(STEPS).map((s) => [s, true])) });
  assertThrows(() => stepsOf("load a model", { foldLn: true } as Processing), Error, "foldLn");
});

for (const model of ["gpt2", "llama", "qwen"] as const) {
  Deno.test(`processWeights() gives TransformerLens' weights of ${model}`, () =>
    check(model, ALL, "processed"));
}

for (const [word, step] of Object.entries(STEPS)) {
  Deno.test(`processWeights() with ${step} alone gives TransformerLens' weights of gpt2`, () =>
    check("gpt2", { ...NONE, [step]: true }, word));
}

for (const word of ["fold", "unembed"] as const) {
  Deno.test(`processWeights() with ${STEPS[word]} alone gives TransformerLens' weights of llama`, () =>
    check("llama", { ...NONE, [STEPS[word]]: true }, word));
}

Deno.test("processWeights() takes the value biases of shared heads into the output's bias", () =>
  check("qwen", { ...NONE, foldValueBiases: true }, "value"));
