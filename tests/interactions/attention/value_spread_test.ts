import { assert } from "@std/assert";
import { openGpu } from "../../../lib/gpu/open.ts";
import { firstSeen } from "../../../lib/interactions/attention/edges.ts";
import { valueSpread } from "../../../lib/interactions/attention/value_spread.ts";
import { assertClose } from "../../util.ts";
import { tinyNeo, withPlayers } from "./tiny_attention.ts";

Deno.test("valueSpread() is the largest distance in the stream among the values that a query sees", async () => {
  using gpu = await openGpu();
  for (const layer of [0, 1]) {
    await withPlayers(tinyNeo(gpu), layer, async (players) => {
      const { pos, tokens, weights: { heads } } = players,
        { n_heads, d_head, d_model, window, W_O } = heads;
      const v = await players.v.read(), width = n_heads * d_head;
      const distance = (a: number, b: number, h: number) => {
        let sum = 0;
        for (let d = 0; d < d_model; d++) {
          let apart = 0;
          for (let c = h * d_head; c < (h + 1) * d_head; c++) {
            apart += (v[a * width + c] - v[b * width + c]) * W_O.data[c * d_model + d];
          }
          sum += apart * apart;
        }
        return Math.sqrt(sum);
      };
      const expected = new Float64Array(tokens / pos * n_heads * pos);
      for (let q = 0; q < tokens; q++) {
        const first = firstSeen(q, { pos, window });
        for (let h = 0; h < n_heads; h++) {
          let largest = 0;
          for (let a = first; a <= q; a++) {
            for (let b = first; b < a; b++) largest = Math.max(largest, distance(a, b, h));
          }
          expected[(Math.floor(q / pos) * n_heads + h) * pos + q % pos] = largest;
        }
      }
      using spread = valueSpread(players);
      const found = await spread.read();
      assertClose(found, expected, { name: "spread", rtol: 1e-5 });
      const falls = found.some((x, at) => at % pos > 0 && x < found[at - 1] - 1e-3);
      assert(
        falls === (layer === 1),
        "in a window the diameter falls where a value is left behind",
      );
    });
  }
});
