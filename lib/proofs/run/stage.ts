/** Files of finished stages. @module */
import { dirname } from "node:path";
import { readJson } from "../../io/files.ts";
import { expectForm, type Form } from "../../io/form.ts";
import { escaped } from "../../io/show.ts";

/** A file of a finished stage, which may be older than this run. */
export async function readStage<T>(path: string, form: Form<T>): Promise<T> {
  const todo = `delete ${escaped(dirname(path))} and run again`;
  return expectForm(`read ${escaped(path)}`, await readJson(path), form, todo);
}

/** Throws what is wrong with such a file. */
export function refuseStage(path: string, expected: string, found: string): never {
  throw new RangeError(
    `Cannot read ${escaped(path)}: expected ${expected} but found ${found}: ` +
      `delete ${escaped(dirname(path))} and run again`,
  );
}
