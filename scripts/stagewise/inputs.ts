/**
 * Where a run's model and corpus come from: what the command line names, and for preset paper what
 * the published run began with.
 * @module
 */
import type { ModelSource } from "../../lib/diff/run/given.ts";
import { namedOnDisk } from "../hub_option.ts";
import type { RunOptions } from "../system.ts";

/** The model that the published run began with, whose sizes are known here. */
export const PUBLISHED_MODEL = "TinyStories-Instruct-33M";

/** What the published run began with. */
export const PUBLISHED = {
  model: `hf:roneneldan/${PUBLISHED_MODEL}`,
  corpus: "hf:roneneldan/TinyStoriesInstruct",
};

/** A model by this name is trained here, from random weights. */
const NONE = "none";

type Asked = Pick<RunOptions, "preset" | "corpus" | "choices">;

/**
 * The names that a run takes; without a model one is trained here, without a corpus a grammar writes.
 * The published corpus is read as published.
 */
export function inputNames(
  { preset, corpus, choices }: Asked,
): { model?: string; corpus?: string; published?: true } {
  const { model = preset === "paper" ? PUBLISHED.model : NONE } = choices;
  if (model === NONE) return { corpus };
  if (corpus !== undefined || preset !== "paper") return { model, corpus };
  return { model, corpus: PUBLISHED.corpus, published: true };
}

/** The model on this disk, fetched where it is on the hub, and its place there. */
export async function fetchedModel(
  name: string | undefined,
): Promise<{ model?: string; modelFrom?: ModelSource }> {
  if (name === undefined) return {};
  const { path, from } = await namedOnDisk(name, "model");
  return { model: path, ...(from && { modelFrom: { repo: from.repo, commit: from.commit } }) };
}
