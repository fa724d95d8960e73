// What a results.json may hold: every number is checked, and every file that is not one gets its sentence.
import { assertEquals, assertRejects } from "@std/assert";
import { join } from "@std/path";
import { writeJson } from "../../../lib/io/files.ts";
import { saveMaxOfK } from "../../../lib/proofs/max_of_k.ts";
import { readProofs, readProofsModel } from "../../../lib/proofs/run/results.ts";
import { inFolder } from "../../util.ts";
import { resultsOf } from "../results_file.ts";
import { W1, W7 } from "../tiny_models.ts";

const GOOD = () => resultsOf({ a: W1, b: W1, other: W7 });

/** A copy of a good file with the value at `path` changed; undefined takes it out. */
function changed(path: string, value: unknown): unknown {
  const results = JSON.parse(JSON.stringify(GOOD()));
  const keys = path.split("."), last = keys.pop()!;
  const at = keys.reduce((object, key) => object[key], results);
  if (value === undefined) delete at[last];
  else at[last] = value;
  return results;
}

Deno.test("readProofs() returns a whole file as it is", () =>
  inFolder(async (folder) => {
    const results = GOOD();
    await writeJson(join(folder, "proofs", "results.json"), results);
    assertEquals(await readProofs(folder), { ...results, folder });
  }));

const row = "models.0.rows.1.";
const WRONG: [string, unknown, string][] = [
  ["models", undefined, "expected models to be given but found none"],
  ["models", {}, "expected models to be a list but found {}"],
  ["models", [], "expected models to be a list of at least 1"],
  ["models", [null], "expected models[0] to be an object but found null"],
  ["seed", -1, "expected seed to be a whole number from 0 but found -1"],
  ["extra", 1, 'but found "extra"'],
  ["settings.families", [], "settings.families to be a list of at least 1"],
  ["settings.training.lr", null, "settings.training.lr to be a finite number above 0"],
  ["settings.families.0.seeds", 3, "expected 3 models with K = 3, v = 4 but found 2"],
  ["models.0.K", 4, "expected models of the families in its settings but found one with K = 4"],
  ["models.1.id", "a", "expected a name of its own for each model"],
  ["models.1.id", "../a", "models[1].id to be a name of letters"],
  ["models.0.loss", null, "models[0].loss to be a finite number from 0 but found null"],
  ["models.0.accuracy.value", null, "accuracy.value to be a finite number from 0 to 1 but"],
  ["models.0.accuracy.value", 1.5, "accuracy.value to be a finite number"],
  ["models.0.accuracy.value", 0.75, "accuracy of a to be right / 64 but found 0.75 for 32 right"],
  ["models.0.accuracy.right", 1.5, "accuracy.right to be a whole number"],
  ["models.0.singular", [1, null], "singular[1] to be a finite number from 0 but found null"],
  ["models.0.ablations.right", [1], "ablations.right to be a list of 32"],
  ["models.0.ablations.draws", 1, "expected at most 1 right in the ablations of a but found 2"],
  ["models.0.margins", { smallest: 1 }, "models[0].margins.thresholds to be"],
  ["models.0.margins", { smallest: 1, thresholds: [1], counts: [], apriori: [] }, "0 counts"],
  ["models.0.rows", [], "models[0].rows to be a list of at least 1"],
  [
    `${row}strategy`,
    "N44",
    'models[0].rows[1].strategy to be the name of a strategy but found "N44"',
  ],
  [`${row}strategy`, 4, "rows[1].strategy to be the name of a strategy but found 4"],
  [`${row}certified`, 16, "rows[1].certified to be a whole number in decimal digits but found 16"],
  [`${row}certified`, "1e2", 'in decimal digits but found "1e2"'],
  [`${row}certified`, "17", "expected the bound of N4 of a to be certified / 64 but found 0.25"],
  [`${row}certified`, undefined, "expected certified of N4 of a but found none"],
  [`${row}bound`, null, "rows[1].bound to be a finite number"],
  [`${row}bound`, 2, "rows[1].bound to be a finite number"],
  [`${row}atMost`, 0.125, "expected atMost of N4 of a from 0.25 but found 0.125"],
  [`${row}atmost`, 0.5, 'but found "models[0].rows[1].atmost"'],
  [`${row}flops`, null, "rows[1].flops to be a finite number above 0 but found null"],
  [`${row}G`, 0, "rows[1].G to be a whole number from 1"],
  [`${row}audit`, { cases: 1 }, "rows[1].audit.understated to be"],
];
for (const [path, value, words] of WRONG) {
  Deno.test(`readProofs() refuses ${JSON.stringify(value)} for ${path} in one sentence`, () =>
    inFolder(async (folder) => {
      await writeJson(join(folder, "proofs", "results.json"), changed(path, value));
      const error = await assertRejects(() => readProofs(folder), RangeError, words);
      assertEquals(
        error.message.endsWith(": run replicate proofs again") || value === 1 ||
          path.endsWith("atmost"),
        true,
        error.message,
      );
    }));
}

Deno.test("readProofs() refuses files that hold no results at all", () =>
  inFolder(async (folder) => {
    for (const value of [null, [], 1, "results", {}]) {
      await writeJson(join(folder, "proofs", "results.json"), value);
      await assertRejects(() => readProofs(folder), RangeError, "Cannot read ");
    }
  }));

Deno.test("readProofsModel() takes a model's name, and no path to another file", () =>
  inFolder(async (folder) => {
    await saveMaxOfK(join(folder, "proofs", "models", "a", "model.safetensors"), W1);
    assertEquals(await readProofsModel(folder, "a"), W1);
    const words = "a name of letters, digits, - and _ but found";
    for (const id of ["../models/a", "", ".", "a/b"]) {
      await assertRejects(() => readProofsModel(folder, id), RangeError, words);
    }
  }));
