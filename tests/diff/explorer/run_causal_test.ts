import { assertEquals } from "@std/assert";
import { causalColumns, causalFlags } from "../../../lib/diff/explorer/run_causal.ts";

const still = { logOdds: 0, KL: 0, payload: 1, clean: 0, necessary: false, causal: false };
const causal = {
  dictionaries: {
    DF: { latents: [{ ...still, logOdds: -5, necessary: true }, still, still] },
    MF: {
      latents: [
        still,
        { ...still, KL: -4, necessary: true, causal: true, steer: { logOdds: 7, payload: 1 } },
        still,
      ],
    },
  },
};

Deno.test("causalColumns() has the effects of both dictionaries, NaN where none was measured", () => {
  const columns = Object.fromEntries(causalColumns(causal).map(({ id, values }) => [id, values]));
  assertEquals([columns["lo-DF"], columns["KL-MF"]], [[-5, 0, 0], [0, -4, 0]]);
  assertEquals([columns["payload-DF"], columns["steer-MF"]], [[1, 1, 1], [NaN, 7, NaN]]);
  assertEquals(causalColumns(undefined), []);
});

Deno.test("causalFlags() marks what is necessary and what is causal in either dictionary", () => {
  const flags = Object.fromEntries(causalFlags(causal).map(({ id, values }) => [id, values]));
  assertEquals(flags, { necessary: [1, 1, 0], causal: [0, 1, 0] });
  assertEquals(causalFlags(undefined), []);
});
