/**
 * Where a run's model and corpus come from: what the command line names, and for preset paper what
 * the published run began with.
 * @module
 */
import type { ModelSource } from "../../lib/diff/run/given.ts";
import { type Sources, stagewiseSources } from "../../lib/diff/run/sources.ts";
import type { StagewiseTask } from "../../lib/diff/run/task.ts";
import { namedOnDisk } from "../hub_option.ts";
import type { Progress } from "../progress.ts";
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

/** Text and model of a run, read and checked, and what the run is told. */
export async function openSources(
  { seed, cacheDir, progress, ...asked }:
    & Asked
    & Pick<RunOptions, "seed" | "cacheDir">
    & { progress: Progress },
): Promise<{ run: StagewiseTask; data: Sources["data"] }> {
  const { preset, choices } = asked, { model: named, ...names } = inputNames(asked);
  const { onPhase, onLog, onDamaged, onNote, onProgress } = progress;
  const { settings, corpus, data, model } = await stagewiseSources({
    ...choices,
    preset,
    seed,
    ...names,
    ...await fetchedModel(named),
    onNote,
    onProgress,
  });
  return { run: { corpus, settings, model, seed, cacheDir, onPhase, onLog, onDamaged }, data };
}
