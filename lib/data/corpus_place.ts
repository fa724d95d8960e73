/**
 * What `--corpus` names: a file, a folder of files, or a data set of the hub, and perhaps a column.
 *
 *   stories.txt                               a file
 *   stories.parquet#body                      a column of a Parquet file; `text` or `story` without one
 *   stories/                                  a folder with a file for training, perhaps one held out
 *   hf:OWNER/NAME[@revision][:file][#column]  the same of a data set of the hub
 *
 * @module
 */
import { join } from "node:path";
import { readError } from "../io/regular_files.ts";
import { escaped, show } from "../io/show.ts";
import { chooseFiles } from "./corpus_files.ts";
import { localFile, type StoryFile } from "./story_files.ts";

/**
 * Where the stories of a corpus lie. `test` is empty where none are held out by the files themselves.
 * `from`: what has been read of the hub.
 */
export type CorpusPlace = { train: StoryFile[]; test: StoryFile[]; from?: () => CorpusSource };

/** A commit of a data set on the hub, and the files of it that are read. */
export type CorpusSource = { repo: string; commit: string; file: string };

/** A path or address and the column behind its last `#`. */
export function splitColumn(text: string): { place: string; column?: string } {
  const at = text.lastIndexOf("#");
  if (at <= 0) return { place: text };
  const column = text.slice(at + 1);
  if (column !== "") return { place: text.slice(0, at), column };
  throw new RangeError(
    `Cannot read ${show(text)}: expected the name of a column after # but found none: name one, ` +
      "or leave # out",
  );
}

/** Files of this machine. A path that is there as it stands is one, whatever is in its name. */
export async function localPlace(text: string): Promise<CorpusPlace> {
  const whole = await Deno.stat(text).catch(() => undefined);
  const { place, column } = whole ? { place: text } : splitColumn(text);
  const found = whole ?? await Deno.stat(place).catch(() => undefined);
  if (!found?.isDirectory) {
    expectColumns([place], column);
    return { train: [localFile(place, column)], test: [] };
  }
  const { train, test } = chooseFiles(place, await filesIn(place));
  expectColumns([...train, ...test], column);
  const local = (name: string) => localFile(join(place, name), column);
  return { train: train.map(local), test: test.map(local) };
}

/** Throws where a column is named and a file has none. */
export function expectColumns(names: readonly string[], column: string | undefined): void {
  const other = names.find((name) => !/\.parquet$/i.test(name));
  if (column === undefined || other === undefined) return;
  throw new RangeError(
    `Cannot read column ${show(column)}: expected a file *.parquet but found ${escaped(other)}: ` +
      "leave #... out, or name a Parquet file",
  );
}

/** Deep enough for any data set, and an end where links go in a circle. */
const DEEPEST = 4;

/** Files of a folder and of those in it, hidden ones left out, by their paths in it. */
async function filesIn(folder: string, deep = 0): Promise<string[]> {
  const names: string[] = [];
  const entries = await Array.fromAsync(Deno.readDir(folder)).catch((error) => {
    throw readError(folder, error);
  });
  for (const { name } of entries.filter(({ name }) => !name.startsWith("."))) {
    const found = await Deno.stat(join(folder, name)).catch(() => undefined); // a link that leads nowhere
    if (found?.isFile) names.push(name);
    else if (found?.isDirectory && deep < DEEPEST) {
      for (const inner of await filesIn(join(folder, name), deep + 1)) {
        names.push(`${name}/${inner}`);
      }
    }
  }
  return names;
}
