import { assertThrows } from "@std/assert";
import { checkRun } from "../../../lib/diff/settings/settings_form.ts";
import { tinySettings } from "../../children/tiny_run.ts";

Deno.test("checkRun() refuses to ask more dictionaries for causes than a run has", () => {
  const settings = tinySettings(), corpus = { name: "tiny", hash: "0", records: [] };
  const check = (dictionaries: number, further: number) =>
    checkRun({
      ...{ corpus, seed: 0, cacheDir: "cache" },
      settings: { ...settings, dictionaries, causal: { ...settings.causal, further } },
    } as never);
  check(1, 0);
  check(3, 2);
  assertThrows(
    () => check(2, 2),
    RangeError,
    "expected causal.further of at most 1, one less than dictionaries, but found 2",
  );
});
