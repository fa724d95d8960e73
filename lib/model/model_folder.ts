/**
 * Where a model's files lie; where they do not, one sentence on what lies there instead and what to
 * do.
 * @module
 */
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { modelOnDisk } from "../io/hub/model_on_disk.ts";
import { escaped, show } from "../io/show.ts";
import { weightsAmong } from "../io/tensor_files.ts";

/**
 * A model's files: `folder` is where they lie, `config` the path of config.json, `names` all that the
 * folder holds.
 */
export type ModelFolder = { folder: string; config: string; names: Set<string> };

/** Codes of a path that leads nowhere. */
const NOWHERE = new Set(["ENOENT", "ENOTDIR"]);

/**
 * Looks for config.json and weights (lib/io/tensor_files.ts) in a folder; of `hf:OWNER/NAME`, and in
 * the hub's cache of a repository, in its snapshot. Throws `Cannot ${action}: ...` where either is missing.
 */
export async function findModel(action: string, named: string): Promise<ModelFolder> {
  const fail = failing(action), folder = await modelOnDisk(named);
  if (typeof folder !== "string" || folder === "") fail(show(folder), "name a folder");
  const kind = await stat(folder).then(
    (found) => found.isDirectory() ? "folder" : "file",
    (error) => NOWHERE.has(error.code) ? "none" : fail(escaped(error.message), "check the path"),
  );
  if (kind === "none") fail("none there", howToGet(folder));
  if (kind === "file") fail("a file", "name the folder that it lies in");
  const names = (await readdir(folder)).sort();
  if (names.includes("snapshots") && names.includes("refs")) {
    return await findModel(action, await snapshotOf(folder, fail));
  }
  const known = new Set(names), weights = weightsAmong(known);
  const complete = known.has("config.json") && weights !== undefined;
  const other = otherForm(names);
  if (other !== undefined && (!complete || other.hides)) fail(other.found, other.todo);
  if (!complete) fail(listing(names), "name the folder that save_pretrained or saveModel wrote");
  return { folder, config: join(folder, "config.json"), names: known };
}

type Fail = (found: string, todo: string) => never;

function failing(action: string): Fail {
  return (found, todo) => {
    throw new Error(
      `Cannot ${action}: expected a folder with config.json and model.safetensors ` +
        `or pytorch_model.bin but found ${found}: ${todo}`,
    );
  };
}

/** The snapshot that a cache of the hub holds: its only one, or the one that refs/main names. */
async function snapshotOf(cache: string, fail: Fail): Promise<string> {
  const snapshots = await readdir(join(cache, "snapshots"));
  const main = await readFile(join(cache, "refs", "main"), "utf8").catch(() => "");
  const found = snapshots.length === 1
    ? snapshots[0]
    : snapshots.find((name) => name === main.trim());
  if (found !== undefined) return join(cache, "snapshots", found);
  return fail(
    `a cache of the Hugging Face hub with ${snapshots.length} snapshots and none as refs/main`,
    "name one of the folders in snapshots/",
  );
}

/**
 * A form of a model that is not read. `hides`: with it, the other files are not the whole model.
 */
type OtherForm = { found: string; todo: string; hides?: boolean };

function otherForm(names: string[]): OtherForm | undefined {
  const some = (pattern: RegExp) => names.filter((name) => pattern.test(name));
  const adapters = some(/^adapter_(config\.json|model\.)/);
  if (adapters.length > 0) {
    return {
      found: `an adapter to a model (${listing(adapters)})`,
      todo: "name the folder of its model, and this one as its adapter",
      hides: true,
    };
  }
  const shards = some(/^(model|pytorch_model)-\d+-of-\d+\.(safetensors|bin)$/);
  if (shards.length > 0) {
    return {
      found: `weights in several files without their index (${listing(shards)})`,
      todo: "fetch the index, ...index.json, into the folder as well",
    };
  }
  const others = some(/\.(bin|pt|pth|ckpt|h5|msgpack|gguf|onnx)$/);
  if (others.length === 0) return undefined;
  return {
    found: `weights in ${listing(others)}`,
    todo:
      "open the model in Python and save it again, AutoModelForCausalLM.from_pretrained(folder)" +
      ".save_pretrained(new_folder)",
  };
}

/** A path that is not there may be a name on the hub. */
function howToGet(folder: string): string {
  if (!/^[\w.-]+\/[\w.-]+$/.test(folder) || folder.startsWith(".")) return "check the path";
  return `check the path, or, where this is a name on the Hugging Face hub, write hf:${folder} where ` +
    `a command asks for a model (deno task fetch hf:${folder} downloads it ahead)`;
}

function listing(names: string[]): string {
  if (names.length === 0) return "nothing in it";
  const shown = names.slice(0, 4).map(escaped).join(", ");
  return names.length > 4 ? `${shown} and ${names.length - 4} more` : shown;
}
