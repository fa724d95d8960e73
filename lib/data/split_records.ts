/** Records for training apart from those that are held out. @module */
import { stream } from "../numerics/random.ts";
import type { StoryRecord } from "./record.ts";

/**
 * The split that a corpus brings along, where it does, else one by story. Held-out stories that are
 * in the training records too are left out and counted as `shared`; of records as published they
 * stay, and are counted alone.
 */
export function corpusSplit(
  { records, test }: { records: readonly StoryRecord[]; test?: readonly StoryRecord[] },
  options: { seed: number; heldOut?: number },
): { train: StoryRecord[]; heldOut: StoryRecord[]; shared: number } {
  if (test === undefined) return { ...splitRecords(records, options), shared: 0 };
  const known = new Set(records.map(({ story }) => story));
  const apart = test.filter(({ story }) => !known.has(story));
  const published = test.some((record) => record.published);
  return {
    train: [...records],
    heldOut: published ? [...test] : apart,
    shared: test.length - apart.length,
  };
}

/**
 * Splits by story, so that a story under several headers is on one side only. Held out are
 * `heldOut` stories, chosen by the seed (a tenth of them, at most 300). The order of the records
 * stays.
 */
export function splitRecords(
  records: readonly StoryRecord[],
  { seed, heldOut }: { seed: number; heldOut?: number },
): { train: StoryRecord[]; heldOut: StoryRecord[] } {
  const stories = stream(seed, "split").shuffle([...new Set(records.map(({ story }) => story))]);
  const count = heldOut ?? Math.min(300, Math.ceil(stories.length / 10));
  if (count >= stories.length) {
    throw new RangeError(
      `Cannot split ${stories.length} stories: expected fewer of them held out ` +
        `but found ${count}: take a larger corpus`,
    );
  }
  const out = new Set(stories.slice(0, count));
  return {
    train: records.filter(({ story }) => !out.has(story)),
    heldOut: records.filter(({ story }) => out.has(story)),
  };
}
