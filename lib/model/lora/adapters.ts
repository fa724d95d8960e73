/** Low-rank adapters of a model (LoRA; Hu et al. 2021, arXiv 2106.09685). @module */
import { expectForm } from "../../io/form.ts";
import type { HostArray } from "../../io/host_array.ts";
import type { Random } from "../../numerics/random.ts";
import { createParameters, type Parameters, releaseParameters } from "../../tensor/parameters.ts";
import type { Tensor } from "../../tensor/tensor.ts";
import type { ModelConfig, Module } from "../architecture.ts";
import type { Adapter } from "../components/adapter.ts";
import type { LanguageModel } from "../language_model.ts";
import { LORA_SETTINGS, loraScale, type LoraSettings } from "./settings.ts";
import { targetModules } from "./targets.ts";

/**
 * The adapters of a model's modules. `parameters` has for each module A [r, in] under
 * `nameOfA(module)` and, for each of the parameters that it is made of, B [rows, r] under
 * `nameOfB(module, part)`: a fused module has one A and a B for each of its parts. `base` is the name
 * or the path of the model, where a file told it.
 */
export type Adapters = {
  settings: LoraSettings;
  modules: Module[];
  parameters: Parameters;
  base?: string;
};

/** A model as far as its adapters depend on it. */
export type Adapted<Config extends ModelConfig = ModelConfig> = Pick<
  LanguageModel<Config>,
  "gpu" | "architecture" | "config"
>;

/**
 * Adapters that change nothing yet, as PEFT begins: A ~ U(−1/√in, 1/√in), which is Kaiming's uniform
 * with a = √5, and B 0. Throws on settings out of range, and on targets that match nothing.
 */
export function createAdapters(
  model: Adapted,
  settings: LoraSettings,
  random: Random,
): Adapters {
  const action = "create adapters";
  expectForm(action, settings, LORA_SETTINGS);
  const modules = targetModules(action, modulesOf(action, model), settings.targets);
  const { r } = settings, arrays: Record<string, HostArray> = {};
  for (const module of modules) {
    const draws = random.stream(module.name), bound = 1 / Math.sqrt(module.in);
    const A = Float32Array.from({ length: r * module.in }, () => (2 * draws.uniform() - 1) * bound);
    arrays[nameOfA(module)] = { shape: [r, module.in], data: A };
    module.parts.forEach((_, part) => {
      const rows = rowsOf(module, part);
      arrays[nameOfB(module, part)] = { shape: [rows, r], data: new Float32Array(rows * r) };
    });
  }
  return { settings, modules, parameters: createParameters(model.gpu, arrays) };
}

/** The linear modules of a model. Throws for an architecture that adapters are not known for. */
export function modulesOf(
  action: string,
  { architecture, config }: Omit<Adapted, "gpu">,
): Module[] {
  const modules = architecture.modules?.(config);
  if (modules !== undefined) return modules;
  throw new TypeError(
    `Cannot ${action}: expected an architecture with named linear modules but found ` +
      `${architecture.name}: train all its weights instead`,
  );
}

/** What the parameter A of a module is called, in a training and in PEFT's files. */
export function nameOfA({ name }: Module): string {
  return `${name}.lora_A.weight`;
}

/** What B is called, of a part where the module is made of several. */
export function nameOfB({ name, parts }: Module, part: number): string {
  return parts.length === 1 ? `${name}.lora_B.weight` : `${name}.lora_B.${part}.weight`;
}

/** How many rows of a module are a part's. */
export function rowsOf({ out, parts }: Module, part: number): number {
  return parts[part].rows?.length ?? out;
}

/** Each parameter of the model that is adapted, by its name, with what is added to it. */
export function adaptersByName({ settings, modules, parameters }: Adapters): Map<string, Adapter> {
  const { tensors } = parameters, scale = loraScale(settings);
  return new Map(modules.flatMap((module) =>
    module.parts.map(({ W }, part): [string, Adapter] => {
      return [W, { A: tensors[nameOfA(module)], B: tensors[nameOfB(module, part)], scale }];
    })
  ));
}

/**
 * The same with what a training step drops of the inputs: one mask for the parts of a module,
 * another for every module, step and `part` of a batch. `counter` is the training's schedule.
 */
export function trainedAdapters(
  adapters: Adapters,
  { random, counter, part }: { random?: Random; counter: Tensor; part: number },
): Map<string, Adapter> {
  const plain = adaptersByName(adapters), p = adapters.settings.dropout;
  if (p === 0) return plain;
  if (random === undefined) {
    throw new TypeError(
      `Cannot train adapters: expected random with a dropout of ${p} but found none: ` +
        'pass random: stream(seed, "lora"), or set dropout to 0',
    );
  }
  return new Map(adapters.modules.flatMap((module) => {
    const bits = random.stream(`dropout ${part}`).stream(module.name);
    const key = [bits.uint32(), bits.uint32()] as const;
    return module.parts.map(({ W }): [string, Adapter] => {
      return [W, { ...plain.get(W)!, dropout: { p, key, counter } }];
    });
  }));
}

/** Gives the memory of adapters back. */
export function releaseAdapters({ parameters }: Adapters): void {
  releaseParameters(parameters);
}
