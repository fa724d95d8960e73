/** Data sets of the hub as corpora. @module */
import { hubBytes, type HubBytesOptions } from "../io/hub/hub_bytes.ts";
import { listHub } from "../io/hub/list_hub.ts";
import { missingOf } from "../io/hub/missing.ts";
import { parseHub, sourceText } from "../io/hub/source.ts";
import type { HubProgress, HubSource } from "../io/hub/types.ts";
import { nearestNames } from "../io/nearest.ts";
import { showName } from "../io/show.ts";
import { chooseFiles, type ChosenFiles } from "./corpus_files.ts";
import { type CorpusPlace, expectColumns, splitColumn } from "./corpus_place.ts";
import type { StoryFile } from "./story_files.ts";

/**
 * The files of `hf:OWNER/NAME[@revision][:file][#column]`, at the commit that the revision stands
 * for now; nothing where the text is a path. Throws where there is no such data set, revision or
 * file, or where several files could be meant.
 */
export async function hubPlace(
  text: string,
  { onProgress, ...options }: Omit<HubBytesOptions, "after">,
): Promise<CorpusPlace | undefined> {
  if (parseHub(text, "dataset") === undefined) return undefined;
  const { place, column } = splitColumn(text);
  const source = parseHub(place, "dataset")!;
  const { commit, files } = await listHub({ ...source, file: undefined }, options);
  const { train, test } = namedFiles(source, files.map(({ path }) => path));
  expectColumns([...train, ...test], column);
  const read: string[] = []; // of many shards perhaps the first alone
  const follow = onProgress && summed(onProgress);
  const open = (file: string, i: number, all: readonly string[]): StoryFile => {
    const later = all.slice(i + 1).map((name) => files.find(({ path }) => path === name)!);
    const after = (bytes: number) =>
      missingOf(source, { files: later, bytes, environment: options.environment });
    const pinned = { ...source, revision: commit, file };
    return {
      name: sourceText(pinned),
      column,
      async open() {
        if (!read.includes(file)) read.push(file);
        return await hubBytes(pinned, { ...options, after, onProgress: follow });
      },
    };
  };
  return {
    train: train.map(open),
    test: test.map(open),
    from: () => ({ repo: source.repo, commit, file: read.join(", ") }),
  };
}

/** Progress of one file after the other as that of one download. */
function summed(onProgress: (progress: HubProgress) => void): (progress: HubProgress) => void {
  let before = 0, now: HubProgress | undefined;
  return (progress) => {
    if (now !== undefined && now.file !== progress.file) before += now.done;
    now = progress;
    onProgress({ ...progress, done: before + progress.done, total: before + progress.total });
  };
}

/** The file that is named, else those of the folder that is named or of the whole, by their names. */
function namedFiles(source: HubSource, names: readonly string[]): ChosenFiles {
  const { file } = source;
  if (file === undefined) return chooseFiles(sourceText(source), names);
  if (names.includes(file)) return { train: [file], test: [] };
  const inside = names.filter((name) => name.startsWith(`${file}/`));
  if (inside.length > 0) return chooseFiles(sourceText(source), inside);
  const near = nearestNames(file, [...names]).map(showName).join(", ");
  throw new RangeError(
    `Cannot read ${sourceText(source)}: expected a file of the data set but found none named ` +
      `${showName(file)}: ${
        near === "" ? "look which files it has" : `did you mean one of ${near}?`
      }`,
  );
}
