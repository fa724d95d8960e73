/**
 * The short run on the adapter that picks the fastest matrix product for the shapes that crosslab
 * multiplies.
 * @module
 */
import type { Gpu } from "../gpu/gpu.ts";
import { choicesOf, chooseFastest, loadChoices, saveChoices } from "../gpu/tuning.ts";
import {
  callback,
  exactly,
  expectForm,
  type Form,
  having,
  maybe,
  oneOf,
  text,
} from "../io/form.ts";
import { type ProductForm, productInto } from "./ops/matmul/product.ts";
import { candidates, possibleVariants, preferVariants, type Variant } from "./ops/matmul/plan.ts";
import { empty } from "./tensor.ts";

/** A product to measure: one of a kind that is used. */
type Trial = { form: ProductForm; m: number; n: number; k: number };

/**
 * Products of crosscoders (5 sites x 768 and 3,072 latents, at batch 256 and 4,096) and of language
 * models (2,048 tokens at d_model 768 and 64), forward and back, as [m, n, k].
 */
const USES: Record<ProductForm, number[][]> = {
  NN: [[256, 3072, 3840], [4096, 3072, 3840], [2048, 768, 3072], [2048, 64, 256]],
  NT: [[256, 3072, 3840], [2048, 768, 768], [2048, 8192, 768], [2048, 192, 64], [2048, 64, 256]],
  TN: [[3840, 3072, 256], [3840, 3072, 4096], [768, 768, 2048], [64, 64, 2048], [256, 64, 2048]],
};

/**
 * On a CPU adapter packing makes all forms one, and each more would cost a second to compile: this
 * one stands for all that are large enough to be packed, small ones have no choice.
 */
const PACKED: Trial = { form: "NT", m: 256, n: 512, k: 1024 };

/** Where choices of the tuner are kept, and who hears of damage. */
export type TuneOptions = {
  cacheDir?: string;
  /** Hears of a stored choice that cannot be used; by default a line on stderr. */
  onDamaged?: (text: string) => void;
};

const OPTIONS = exactly({ cacheDir: maybe(text), onDamaged: maybe(callback) });

/**
 * Chooses the kernels of matrix products on this adapter, in half a minute on a GPU. With `cacheDir`
 * the choice is read from there when it was made before, and written there otherwise. Without
 * tuning products run on sensible defaults; results are the same bits.
 */
export async function tune(gpu: Gpu, options: TuneOptions = {}): Promise<void> {
  const { cacheDir, onDamaged = console.error } = expectForm("tune products", options, OPTIONS);
  const trials = trialsOf(gpu);
  const known = Object.keys(choicesOf(gpu)).some((name) => name.startsWith("product")) ||
    (cacheDir !== undefined &&
      await loadChoices(gpu, cacheDir, { form: choicesForm(gpu, trials), onDamaged }));
  if (!known) {
    for (const trial of trials) await tryOut(gpu, trial);
    gpu.memory.trim();
    if (cacheDir !== undefined) await saveChoices(gpu, cacheDir);
  }
  const choices = choicesOf(gpu);
  preferVariants(gpu, (form, sizes, batch) => {
    if (batch > 1) return undefined;
    if (gpu.isCpu && candidates(gpu, sizes).length === 1) return undefined;
    const trial = gpu.isCpu ? PACKED : nearest(trials, { form, ...sizes });
    return trial && choices[nameOf(trial)] as Variant;
  });
}

function trialsOf(gpu: Gpu): Trial[] {
  if (gpu.isCpu) return [PACKED];
  return (Object.keys(USES) as ProductForm[]).flatMap((form) =>
    USES[form].map(([m, n, k]) => ({ form, m, n, k }))
  );
}

/** The trial of this form that is most like it, if one is within a factor of four in all. */
function nearest(trials: Trial[], { form, m, n, k }: Trial): Trial | undefined {
  const distance = (trial: Trial) =>
    Math.abs(Math.log2(trial.m / m)) + Math.abs(Math.log2(trial.n / n)) +
    Math.abs(Math.log2(trial.k / k));
  const near = trials.filter((trial) => trial.form === form && distance(trial) <= 2);
  return near.length === 0 ? undefined : near.reduce((a, b) => distance(b) < distance(a) ? b : a);
}

/** Every case has a kernel that can run here. */
function choicesForm(gpu: Gpu, trials: Trial[]): Form<Record<string, string>> {
  const variant = oneOf(possibleVariants(gpu));
  return having(Object.fromEntries(trials.map((trial) => [nameOf(trial), variant])));
}

function nameOf({ form, m, n, k }: Trial): string {
  return `product ${form} ${m} x ${n} x ${k}`;
}

async function tryOut(gpu: Gpu, trial: Trial): Promise<void> {
  const { form, m, n, k } = trial;
  const body = (variant: Variant) => () => {
    const a = empty(gpu, form === "TN" ? [k, m] : [m, k]);
    const b = empty(gpu, form === "NT" ? [n, k] : [k, n]);
    const c = empty(gpu, [m, n]);
    preferVariants(gpu, () => variant);
    productInto(form, { a, b, c });
    preferVariants(gpu, () => undefined);
  };
  const bodies = candidates(gpu, trial).map((variant) => [variant, body(variant)] as const);
  await chooseFastest(gpu, nameOf(trial), Object.fromEntries(bodies));
}
