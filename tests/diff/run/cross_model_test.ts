import { assertEquals } from "@std/assert";
import { crossSettings } from "../../../lib/diff/run/cross_model.ts";
import { stagewiseSettings } from "../../../lib/diff/settings/presets.ts";

Deno.test("crossSettings() halves the steps and the rate of S, and keeps to a small dictionary", () => {
  const small = stagewiseSettings("small", { grammar: true });
  const { k, steps, batch, lr, poolSequences } = crossSettings(small);
  assertEquals({ k, steps, batch, lr, poolSequences }, {
    k: 12,
    steps: 3000,
    batch: 128,
    lr: 1e-3,
    poolSequences: 1000,
  });
  assertEquals(crossSettings({ ...small, d_sae: 8 }).k, 8);
});
