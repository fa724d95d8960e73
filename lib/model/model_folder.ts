/**
 * Where a model's files lie; where they do not, one sentence on what lies there instead and what to
 * do.
 * @module
 */
import { readdir, stat } from "node:fs/promises";
import { join } from "node:path";
import { escaped, show } from "../io/show.ts";

/** The paths of a model's files; `names` is all that the folder holds. */
export type ModelFolder = { config: string; weights: string; names: Set<string> };

/** Codes of a path that leads nowhere. */
const NOWHERE = new Set(["ENOENT", "ENOTDIR"]);

/**
 * Looks for config.json and model.safetensors in `folder`. Throws `Cannot ${action}: ...` where
 * either is missing.
 */
export async function findModel(action: string, folder: string): Promise<ModelFolder> {
  const fail = (found: string, todo: string): never => {
    throw new Error(
      `Cannot ${action}: expected a folder with config.json and model.safetensors ` +
        `but found ${found}: ${todo}`,
    );
  };
  if (typeof folder !== "string" || folder === "") fail(show(folder), "name a folder");
  const kind = await stat(folder).then(
    (found) => found.isDirectory() ? "folder" : "file",
    (error) => NOWHERE.has(error.code) ? "none" : fail(escaped(error.message), "check the path"),
  );
  if (kind === "none") fail("none there", howToGet(folder));
  if (kind === "file") fail("a file", "name the folder that it lies in");
  const names = (await readdir(folder)).sort();
  const other = otherForm(names);
  const complete = names.includes("config.json") && names.includes("model.safetensors");
  if (other !== undefined && (!complete || other.hides)) fail(other.found, other.todo);
  if (!complete) fail(listing(names), "name the folder that save_pretrained or saveModel wrote");
  const [config, weights] = ["config.json", "model.safetensors"].map((name) => join(folder, name));
  return { config, weights, names: new Set(names) };
}

/**
 * A form of a model that is not read. `hides`: with it, the other files are not the whole model.
 */
type OtherForm = { found: string; todo: string; hides?: boolean };

function otherForm(names: string[]): OtherForm | undefined {
  const some = (pattern: RegExp) => names.filter((name) => pattern.test(name));
  const save = (options = "") =>
    `open it in Python and save it again, GPTNeoForCausalLM.from_pretrained(folder)` +
    `.save_pretrained(new_folder${options})`;
  const adapters = some(/^adapter_(config\.json|model\.)/);
  if (adapters.length > 0) {
    return {
      found: `an adapter to a model (${listing(adapters)})`,
      todo: "name the folder of its model, and this one as its adapter",
      hides: true,
    };
  }
  const shards = some(/^model(-\d+-of-\d+\.safetensors|\.safetensors\.index\.json)$/);
  if (shards.length > 0) {
    return {
      found: `weights in several files (${listing(shards)})`,
      todo: save(', max_shard_size="100GB"'),
    };
  }
  const pickles = some(/^(pytorch_model.*\.(bin|json)|.*\.(bin|pt|pth|ckpt|h5|msgpack|gguf))$/);
  if (pickles.length > 0) return { found: `weights in ${listing(pickles)}`, todo: save() };
  const cached = names.includes("snapshots") && names.includes("refs");
  if (cached) {
    return {
      found: "a cache of the Hugging Face hub",
      todo: "name the folder in snapshots/ that holds config.json",
    };
  }
}

/** A path that is not there may be a name on the hub. */
function howToGet(folder: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(folder) || folder.startsWith(".")) return "check the path";
  return `check the path, or, where this is a name on the Hugging Face hub, download it into a ` +
    `folder first (hf download ${folder} --local-dir folder)`;
}

function listing(names: string[]): string {
  if (names.length === 0) return "nothing in it";
  const shown = names.slice(0, 4).map(escaped).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
