import { assert, assertEquals } from "@std/assert";
import {
  causalDictionaries,
  causalRefusal,
} from "../../../../lib/diff/run/causal/asked_dictionaries.ts";
import { stagewiseSettings } from "../../../../lib/diff/settings/presets.ts";
import { coderPhases } from "../../../../lib/diff/stages/coder_phases.ts";

Deno.test("causalDictionaries() are the run's two, the null baseline's, and those of further dictionaries", () => {
  const phases = coderPhases({ dictionaries: 3 });
  const own = ["DF", "MF", "null-DF", "null-MF"];
  assertEquals(causalDictionaries(phases, { further: 0 }), own);
  assertEquals(causalDictionaries(phases, { further: 1 }), [...own, "DF-1", "MF-1"]);
  const few = phases.filter(({ name }) => !name.startsWith("null"));
  assertEquals(causalDictionaries(few, { further: 0 }), ["DF", "MF"]);
});

Deno.test("causalRefusal() says why sites cannot be edited, and nothing where they can", () => {
  const settings = stagewiseSettings("smoke", { grammar: true });
  const of = (...sites: string[]) => causalRefusal({ ...settings, sites });
  assertEquals(causalRefusal(settings), undefined);
  assertEquals(of("blocks.*.hook_mlp_out"), undefined);
  const mixed = of("blocks.0.hook_resid_pre", "blocks.0.hook_mlp_out");
  assert(mixed?.includes("expected residual streams alone, or none"), mixed);
  const last = of("ln_final.hook_normalized");
  assert(last?.includes("expected sites that blocks read"), last);
});
