/**
 * The short run on the adapter that picks the fastest matrix product for each form and class of
 * shapes.
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
import {
  candidates,
  possibleVariants,
  preferVariants,
  type ShapeClass,
  shapeClass,
  type Variant,
} from "./ops/matmul/plan.ts";
import { empty } from "./tensor.ts";

const FORMS: ProductForm[] = ["NN", "NT", "TN"];

/**
 * What is multiplied to find out, [m, n, k], and how often in a row: a wait costs 10 ms on Deno.
 */
const TRIALS: Record<"cpu" | "gpu", Record<ShapeClass, { size: number[]; repeat: number }>> = {
  cpu: {
    small: { size: [128, 96, 96], repeat: 20 },
    large: { size: [256, 512, 1024], repeat: 2 },
  },
  gpu: {
    small: { size: [256, 256, 256], repeat: 100 },
    large: { size: [2048, 2048, 2048], repeat: 10 },
  },
};

export type TuneOptions = {
  cacheDir?: string;
  /** Hears of a stored choice that cannot be used; by default a line on stderr. */
  onDamaged?: (text: string) => void;
};

const OPTIONS = exactly({ cacheDir: maybe(text), onDamaged: maybe(callback) });

/**
 * Chooses the kernels of matrix products on this adapter. With `cacheDir` the choice is read from
 * there when it was made before, and written there otherwise. Without tuning products run on
 * sensible defaults; results are the same bits.
 */
export async function tune(gpu: Gpu, options: TuneOptions = {}): Promise<void> {
  const { cacheDir, onDamaged = console.error } = expectForm("tune products", options, OPTIONS);
  const known = Object.keys(choicesOf(gpu)).some((name) => name.startsWith("product")) ||
    (cacheDir !== undefined &&
      await loadChoices(gpu, cacheDir, { form: choicesForm(gpu), onDamaged }));
  if (!known) {
    for (const shape of ["large", "small"] as const) {
      for (const form of formsOf(gpu)) await tryForm(gpu, form, shape);
    }
    gpu.memory.trim();
    if (cacheDir !== undefined) await saveChoices(gpu, cacheDir);
  }
  const choices = choicesOf(gpu);
  preferVariants(
    gpu,
    (form, sizes, batch) =>
      choices[nameOf(gpu.isCpu ? "NT" : form, shapeClass(gpu, sizes, batch))] as
        | Variant
        | undefined,
  );
}

/** Every case has a kernel that can run here. */
function choicesForm(gpu: Gpu): Form<Record<string, string>> {
  const names = formsOf(gpu).flatMap((form) => [nameOf(form, "large"), nameOf(form, "small")]);
  return having(Object.fromEntries(names.map((name) => [name, oneOf(possibleVariants(gpu))])));
}

/**
 * On a CPU adapter packing makes all forms one, so that one stands for them: each more would cost a
 * second to compile.
 */
function formsOf(gpu: Gpu): ProductForm[] {
  return gpu.isCpu ? ["NT"] : FORMS;
}

function nameOf(form: ProductForm, shape: ShapeClass): string {
  return `product ${form} ${shape}`;
}

async function tryForm(gpu: Gpu, form: ProductForm, shape: ShapeClass): Promise<void> {
  const { size: [m, n, k], repeat } = TRIALS[gpu.isCpu ? "cpu" : "gpu"][shape];
  const body = (variant: Variant) => () => {
    const a = empty(gpu, form === "TN" ? [k, m] : [m, k]);
    const b = empty(gpu, form === "NT" ? [n, k] : [k, n]);
    const c = empty(gpu, [m, n]);
    preferVariants(gpu, () => variant);
    for (let i = 0; i < repeat; i++) productInto(form, { a, b, c });
    preferVariants(gpu, () => undefined);
  };
  const bodies = candidates(gpu, shape).map((variant) => [variant, body(variant)] as const);
  await chooseFastest(gpu, nameOf(form, shape), Object.fromEntries(bodies));
}
