/** A model, an adapter or a crosscoder by the name that a user gives it: a folder, or `hf:...`. @module */
import { localFolder } from "./local_folder.ts";
import { isModelFile } from "./model_files.ts";
import { parseHub } from "./source.ts";

/**
 * The folder that is named: a path is itself and not looked at; of `hf:OWNER/NAME[@revision][:folder]`
 * the files that models are read from are fetched where they are missing, and checked. Errors as in
 * fetchHub.
 */
export async function modelOnDisk(name: string): Promise<string> {
  if (typeof name !== "string") return name; // whoever opens it says what was expected
  const source = parseHub(name, "model");
  if (source === undefined) return name;
  const files = source.file === undefined ? isModelFile : undefined;
  return (await localFolder(name, { kind: "model", files })).path;
}
