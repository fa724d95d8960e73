import { assertEquals } from "@std/assert";
import { inputNames, PUBLISHED } from "../../scripts/stagewise/inputs.ts";

Deno.test("inputNames() begin as the published run did where preset paper is told nothing else", () => {
  const names = (preset: "smoke" | "paper", corpus?: string, model?: string) =>
    inputNames({ preset, corpus, choices: model === undefined ? {} : { model } });
  assertEquals(names("paper"), { ...PUBLISHED, published: true });
  assertEquals(names("paper", "tales.txt"), { model: PUBLISHED.model, corpus: "tales.txt" });
  assertEquals(names("paper", undefined, "mine"), {
    model: "mine",
    corpus: PUBLISHED.corpus,
    published: true,
  });
  assertEquals(names("paper", undefined, "none"), { corpus: undefined }); // trained here, on the grammar
  assertEquals(names("smoke"), { corpus: undefined });
  assertEquals(names("smoke", undefined, "mine"), { model: "mine", corpus: undefined });
});
