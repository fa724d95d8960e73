/**
 * A model that was trained elsewhere, as the base of a stage-wise run: what lies in its folder, read
 * without a GPU.
 * @module
 */
import type { Vocabulary } from "../data/vocabulary.ts";
import { fullVocabulary } from "../data/vocabulary.ts";
import { canonicalJson } from "../io/canonical_json.ts";
import { contentsOf } from "../io/contents.ts";
import { createHash } from "node:crypto";
import { readModelConfig, vocabularyOf } from "../model/files.ts";
import type { GivenSizes, StagewiseSettings } from "./presets.ts";

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
  const vocabulary = await vocabularyOf(folder) ?? fullVocabulary();
  const contents = canonicalJson(await contentsOf(folder));
  const hash = createHash("sha256").update(contents).digest("hex").slice(0, 16);
  return { folder, hash, sizes: { architecture: architecture.name, config }, vocabulary, from };
}

/** The settings of a preset for a model that is given. */
export function givenSettings(
  settings: StagewiseSettings,
  { sizes }: Pick<GivenModel, "sizes">,
): StagewiseSettings {
  const { d_vocab: _, ...rest } = settings;
  return { ...rest, given: sizes };
}
