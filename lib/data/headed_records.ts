/** Records of any files of stories: those without a header get some. @module */
import type { Random } from "../numerics/random.ts";
import type { StoryFile } from "./story_files.ts";
import { storyHeaders } from "./story_headers.ts";
import { readRecords, type StoryRecords } from "./story_records.ts";

/** How many headers a story without one may be given, so that a small file makes enough records. */
const HEADERS_PER_STORY = 3;

/** At most `n` records, in an order of `random`; plain stories get up to three headers made of them. */
export async function headedRecords(
  files: readonly StoryFile[],
  { n, random }: { n: number; random: Random },
): Promise<StoryRecords> {
  const { taken, leftOut, mended } = await readRecords(files, { n });
  const instruct = taken.filter(({ header }) => header !== "");
  const plain = taken.filter(({ header }) => header === "");
  const missing = n - instruct.length;
  const perStory = Math.min(HEADERS_PER_STORY, Math.ceil(missing / Math.max(1, plain.length)));
  const headed = plain.flatMap(({ story }) =>
    storyHeaders(story, random, { n: perStory }).map((header) => ({ header, story }))
  );
  return { taken: random.shuffle([...instruct, ...headed]).slice(0, n), leftOut, mended };
}
