/**
 * Adapters on disk as PEFT keeps them: adapter_config.json and adapter_model.safetensors (once
 * adapter_model.bin, which is read as well), whose tensors are named base_model.model.<module>.lora_A.weight [r, in] and lora_B.weight [out, r].
 * @module
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { modelOnDisk } from "../../io/hub/model_on_disk.ts";
import { expectArrays } from "../../io/expect_arrays.ts";
import { expectShapes } from "../../io/expect_shapes.ts";
import { replaceFiles } from "../../io/file_set.ts";
import { exactly, expectForm, maybe, text } from "../../io/form.ts";
import { jsonText, readJson } from "../../io/files.ts";
import type { HostArray } from "../../io/host_array.ts";
import { encodeSafetensors, readSafetensors, type TensorInfo } from "../../io/safetensors.ts";
import { escaped, show } from "../../io/show.ts";
import { readTorch } from "../../io/torch/read_torch.ts";
import { createParameters, readParameters } from "../../tensor/parameters.ts";
import type { Module } from "../architecture.ts";
import { type Adapted, type Adapters, modulesOf, nameOfA, nameOfB, rowsOf } from "./adapters.ts";
import { type PeftConfig, readPeftConfig, writePeftConfig } from "./peft_config.ts";
import { targetModules } from "./targets.ts";

const CONFIG = "adapter_config.json", WEIGHTS = "adapter_model.safetensors";
const PICKLED = "adapter_model.bin";
const OPTIONS = exactly({ base: maybe(text) });
const PREFIX = "base_model.model.";

/**
 * Writes adapters into `folder`, where PeftModel.from_pretrained opens them as well; `base` is the
 * name or the path of the model that they adapt, for whoever opens them. Throws on values that are
 * no numbers.
 */
export async function saveAdapters(
  folder: string,
  adapters: Adapters,
  options: { base?: string } = {},
): Promise<void> {
  const action = `save adapters ${escaped(String(folder))}`;
  const { base = adapters.base } = expectForm(action, options, OPTIONS);
  const { modules, parameters, settings } = adapters;
  const arrays = await readParameters(parameters);
  const whole = Object.fromEntries(modules.flatMap((module) => [
    [`${PREFIX}${nameOfA(module)}`, arrays[nameOfA(module)]],
    [wholeB(module), joined(module, arrays)],
  ]));
  expectArrays(action, whole, shapesOf(modules, settings.r));
  const fanInFanOut = modules.some(({ fanInFanOut = false }) => fanInFanOut);
  await replaceFiles(folder, [
    [WEIGHTS, encodeSafetensors(whole, { format: "pt" })],
    [CONFIG, jsonText(writePeftConfig(settings, { base, fanInFanOut }))],
  ]);
}

/**
 * Opens adapters of `model` that `saveAdapters` or PEFT wrote. Throws on a folder without them, on a
 * configuration whose function is not computed here, and on adapters of another model: modules that
 * it has not, tensors that are missing, unknown, misshapen or no numbers.
 */
export async function loadAdapters(model: Adapted, named: string): Promise<Adapters> {
  const action = `load adapters ${escaped(String(named))}`, folder = await modelOnDisk(named);
  const file = await findWeights(action, folder);
  const { settings, base, narrowed } = await readConfig(action, folder);
  const all = modulesOf(action, model);
  const targeted = targetModules(action, all, settings.targets, { each: false });
  let modules = targeted, shapes = shapesOf(modules, settings.r);
  const inspect = (header: ReadonlyMap<string, TensorInfo>) => {
    if (narrowed) modules = targeted.filter((module) => header.has(wholeB(module)));
    shapes = shapesOf(modules, settings.r);
    expectShapes(header, shapes, { action });
  };
  const path = join(folder, file);
  const tensors = file === PICKLED
    ? await readTorch(path, { inspect })
    : (await readSafetensors(path, { inspect })).tensors;
  const whole = Object.fromEntries(tensors);
  expectArrays(action, whole, shapes);
  const arrays = Object.fromEntries(modules.flatMap((module) => [
    [nameOfA(module), whole[`${PREFIX}${nameOfA(module)}`]],
    ...module.parts.map((_, part) => [nameOfB(module, part), takenOut(module, part, whole)]),
  ]));
  return { settings, modules, base, parameters: createParameters(model.gpu, arrays) };
}

/**
 * What adapters in a folder are, and the model that they were made for, where that is told. Throws
 * as `loadAdapters` does.
 */
export async function readAdapterConfig(
  named: string,
): Promise<Pick<PeftConfig, "settings" | "base">> {
  const action = `read adapters ${escaped(String(named))}`, folder = await modelOnDisk(named);
  await findWeights(action, folder);
  return await readConfig(action, folder);
}

async function readConfig(action: string, folder: string): Promise<PeftConfig> {
  return readPeftConfig(action, await readJson(join(folder, CONFIG)));
}

/** The name of the file of tensors. */
async function findWeights(action: string, folder: string): Promise<string> {
  const fail = (found: string, todo: string): never => {
    throw new Error(
      `Cannot ${action}: expected a folder with ${CONFIG} and ${WEIGHTS} but found ${found}: ` +
        todo,
    );
  };
  if (typeof folder !== "string" || folder === "") fail(show(folder), "name a folder");
  const names = await readdir(folder).catch((error) =>
    fail(escaped(String(error.code ?? error.message)), "check the path")
  );
  const file = [WEIGHTS, PICKLED].find((name) => names.includes(name));
  const missing = names.includes(CONFIG) ? WEIGHTS : CONFIG;
  if (file !== undefined && missing !== CONFIG) return file;
  return fail(`no ${missing}`, "name the folder that save_pretrained or saveAdapters wrote");
}

function wholeB({ name }: Module): string {
  return `${PREFIX}${name}.lora_B.weight`;
}

/** The shapes of the tensors of a file. */
function shapesOf(modules: readonly Module[], r: number): Record<string, number[]> {
  return Object.fromEntries(modules.flatMap((module) => [
    [`${PREFIX}${nameOfA(module)}`, [r, module.in]],
    [wholeB(module), [module.out, r]],
  ]));
}

/** B of a whole module [out, r], put together from those of its parts. */
function joined(module: Module, arrays: Record<string, HostArray>): HostArray {
  const r = arrays[nameOfA(module)].shape[0], data = new Float32Array(module.out * r);
  module.parts.forEach(({ rows }, part) => {
    const own = arrays[nameOfB(module, part)].data;
    for (let i = 0; i < own.length / r; i++) {
      data.set(own.subarray(i * r, (i + 1) * r), (rows?.[i] ?? i) * r);
    }
  });
  return { shape: [module.out, r], data };
}

/** B of a part [rows, r], out of that of its module. */
function takenOut(module: Module, part: number, whole: Record<string, HostArray>): HostArray {
  const { rows } = module.parts[part],
    n = rowsOf(module, part),
    { shape, data } = whole[wholeB(module)];
  const r = shape[1], own = new Float32Array(n * r);
  for (let i = 0; i < n; i++) {
    const from = (rows?.[i] ?? i) * r;
    own.set(data.subarray(from, from + r), i * r);
  }
  return { shape: [n, r], data: own };
}
