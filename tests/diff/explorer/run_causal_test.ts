import { assertEquals } from "@std/assert";
import { causalColumns, causalFlags } from "../../../lib/diff/explorer/run_causal.ts";

const still = { logOdds: 0, KL: 0, payload: 1, necessary: false, causal: false };
const none = { logOdds: 0, KL: 0 };
const reached = { halves: [{ logOdds: -2, KL: -2 }, { logOdds: -2, KL: -2 }], clean: 0 };
const missed = { halves: [none, none] };
const floor = { halves: [{ logOdds: 1, KL: 1 }, { logOdds: 1, KL: 1 }] };
const causal = {
  dictionaries: {
    DF: {
      floor,
      latents: [{ ...still, logOdds: -5, clean: 0.1, necessary: true }, still, still],
      own: [
        { latent: 0, keep: "norms and angles", draws: [reached, missed, missed, missed] },
      ],
    },
    MF: {
      floor,
      latents: [
        still,
        { ...still, KL: -4, necessary: true, causal: true, steer: { logOdds: 7, payload: 1 } },
        still,
      ],
      own: [],
    },
  },
} as unknown as Parameters<typeof causalColumns>[0];

Deno.test("causalColumns() has the effects of both dictionaries, NaN where none was measured", () => {
  const columns = Object.fromEntries(causalColumns(causal).map(({ id, values }) => [id, values]));
  assertEquals([columns["lo-DF"], columns["KL-MF"]], [[-5, 0, 0], [0, -4, 0]]);
  assertEquals([columns["payload-DF"], columns["steer-MF"]], [[1, 1, 1], [NaN, 7, NaN]]);
  assertEquals(columns["clean-DF"], [0.1, NaN, NaN]); // measured of necessary ones
  assertEquals(columns["own-norms-and-angles-DF"], [0.25, NaN, NaN]); // one of four would count as causal
  assertEquals(columns["own-norms-and-angles-MF"], [NaN, NaN, NaN]);
  assertEquals(causalColumns(undefined), []);
});

Deno.test("causalFlags() marks what is necessary and what is causal in either dictionary", () => {
  const flags = Object.fromEntries(causalFlags(causal).map(({ id, values }) => [id, values]));
  assertEquals(flags, { necessary: [1, 1, 0], causal: [0, 1, 0] });
  assertEquals(causalFlags(undefined), []);
});
