/**
 * A model that was trained elsewhere, as the base of a stage-wise run: what lies in its folder, read
 * without a GPU.
 * @module
 */
import type { Vocabulary } from "../../data/vocabulary.ts";
import { canonicalJson } from "../../io/canonical_json.ts";
import { contentsOf } from "../../io/contents.ts";
import { createHash } from "node:crypto";
import { LORA } from "../../model/lora/settings.ts";
import { readModelConfig, vocabularyOf } from "../../model/files.ts";
import type { GivenSizes, StagewiseSettings } from "../settings/presets.ts";

/** Where it came from: a repository on a hub, pinned. */
export type ModelSource = { repo: string; commit: string };

/** `hash` stands for all that lies in the folder. */
export type GivenModel = {
  folder: string;
  hash: string;
  sizes: GivenSizes;
  vocabulary: Vocabulary;
  from?: ModelSource;
};

/** Reads configuration and vocabulary, and hashes every file. Throws as loading the model does. */
export async function openGiven(folder: string, from?: ModelSource): Promise<GivenModel> {
  const { architecture, config } = await readModelConfig(folder);
  const vocabulary = await vocabularyOf(folder);
  const contents = canonicalJson(await contentsOf(folder));
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
  return { folder, hash, sizes: { architecture: architecture.name, config }, vocabulary, from };
}

/** Which parts of a model adapters are put to where nobody says, as PEFT has it. */
const TARGETS: Record<string, string[]> = { gpt2: ["c_attn"], gpt_neox: ["query_key_value"] };

/**
 * The settings of a preset for a model that is given: it keeps its own words, and is fine-tuned by
 * adapters as published (rank 8, alpha 32, dropout 0.05).
 */
export function givenSettings(
  settings: StagewiseSettings,
  { sizes }: Pick<GivenModel, "sizes">,
): StagewiseSettings {
  const { d_vocab: _, ...rest } = settings;
  const targets = TARGETS[sizes.architecture] ?? LORA.targets;
  return { ...rest, given: sizes, lora: { ...LORA, targets } };
}

/** What a fine-tune trains: adapters, or all weights. */
export const FINE_TUNES = ["lora", "full"] as const;
export type FineTune = typeof FINE_TUNES[number];
