// Lines of change and of bounds, from numbers made up.
import { assertEquals, assertStringIncludes } from "@std/assert";
import type { Bounds } from "../../../lib/interactions/run/phases/bounds.ts";
import type { DiffingSeed } from "../../../lib/interactions/run/phases/diffing_form.ts";
import { boundLines } from "../../../scripts/interactions/lines/bounds.ts";
import { diffingLines } from "../../../scripts/interactions/lines/diffing.ts";

const ranked = (auroc: number) => ({ auroc, low: auroc - 0.1, high: auroc + 0.01, precision: 0.5 });

Deno.test("diffingLines() name the hub and the rival that the finding compares", () => {
  const seed: DiffingSeed = {
    ...{ number: 1, latents: 9, labelled: 3, changed: { models: 0.5, halves: 0.2, clean: 0.1 } },
    rankings: {
      hub: ranked(0.7),
      relative_hub: ranked(0.9),
      rate: ranked(0.8),
      log_rate: ranked(0.6),
    },
    ...{ rival: "rate", hub: "relative_hub", advantage: { difference: 0.1, low: 0, high: 0.2 } },
    ...{ places: {}, pairs: [], interactionOnly: [] },
  };
  const lines = diffingLines(seed);
  const named = (kind: string) =>
    lines.find(({ name }) => name === `dictionary 1: best ${kind}, AUROC`)!;
  assertEquals([named("hub").ours, named("rival").ours], [0.9, 0.8]);
  assertStringIncludes(named("hub").note, "hub of change, relative");
  assertStringIncludes(named("rival").note, "change of activation rate");
});

Deno.test("boundLines() give a theorem no interval, and say that neuron-tokens are counted twice", () => {
  const [line] = boundLines({ blocks: [], neuron_tokens: 2000, violated: 0 } as Bounds);
  assertEquals([line.count, line.interval], [{ count: 0, of: 2000 }, undefined]);
  assertStringIncludes(line.note, "counted twice");
});
