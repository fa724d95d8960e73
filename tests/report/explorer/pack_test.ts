// What packExplorer() refuses: a page drawn of lists that do not belong together would show nonsense.
import { assertEquals, assertThrows } from "@std/assert";
import type { ExplorerData } from "../../../lib/report/explorer/data.ts";
import { whole } from "../../../lib/report/explorer/numbers.ts";
import { packExplorer } from "../../../lib/report/explorer/pack.ts";
import { syntheticData } from "./synthetic.ts";

const DATA = syntheticData(40, { sequences: 20, sites: 2, d_vocab: 300 });
const { contexts, columns, flags, groups, profile, density, lens, nearest } = DATA;
const short = <T extends { slice(from: number, to: number): T }>(list: T) => list.slice(0, -1);

Deno.test("packExplorer() says which list is too short", () => {
  packExplorer(DATA);
  const cases: [Partial<ExplorerData>, string][] = [
    [
      { columns: [{ ...columns[0], values: [1, 2] }, ...columns.slice(1)] },
      "x: expected 40 numbers",
    ],
    [{ columns: [{ ...columns[0], p: [1, 2] }, ...columns.slice(1)] }, "p of x"],
    [{ flags: [{ ...flags[0], values: [1] }] }, "dead: expected 40 numbers but found 1"],
    [{ groups: { ...groups!, values: [0] } }, "groups: expected 40"],
    [
      { density: { ...density, fired: [[1], ...density.fired.slice(1)] } },
      "fired in S: expected 40",
    ],
    [{ density: { ...density, fired: density.fired.slice(1) } }, "stages of fired"],
    [{ density: { ...density, n_tokens: [1] } }, "n_tokens: expected 5"],
    [{ profile: { ...profile, norms: profile.norms.map(short) } }, "norms in S: expected 80"],
    [{ lens: { ...lens!, ids: lens!.ids.map(short) } }, "ids of the lens in S: expected 320"],
    [{ lens: { ...lens!, values: lens!.values.slice(1) } }, "stages of values of the lens"],
    [{ nearest: { ...nearest!, values: nearest!.values.map(short) } }, "values of the nearest"],
    [{ contexts: { ...contexts, offsets: [0] } }, "offsets of contexts: expected 41"],
    [{ contexts: { ...contexts, position: [0] } }, "positions of places"],
    [{ contexts: { ...contexts, sequence: [0] } }, "sequences of places"],
    [
      { contexts: { ...contexts, activations: contexts.activations.map(short) } },
      "activations in S",
    ],
    [{ contexts: { ...contexts, top: contexts.top.map(short) } }, "top in S: expected 200"],
  ];
  for (const [change, words] of cases) {
    const error = assertThrows(() => packExplorer({ ...DATA, ...change }), RangeError, words);
    assertEquals(error.message.split("\n").length, 1);
  }
});

Deno.test("packExplorer() refuses numbers that a list cannot have", () => {
  const put = <T extends ArrayLike<number>>(list: T, i: number, value: number) =>
    Object.assign(Array.from(list), { [i]: value });
  const firedS = put(density.fired[0], 3, density.n_tokens[0] + 1);
  const top = [
    Int32Array.from(put(contexts.top[0], 0, contexts.offsets[1])),
    ...contexts.top.slice(1),
  ];
  const acts = contexts.activations.map((list) => list.slice());
  acts[2][7] = NaN;
  const cases: [Partial<ExplorerData>, string][] = [
    [
      { flags: [{ ...flags[0], values: put(flags[0].values, 0, 2) }] },
      "from 0 to 1 but found 2 at 0",
    ],
    [
      { groups: { ...groups!, values: put(groups!.values, 1, 4) } },
      "groups: expected whole numbers",
    ],
    [{ stage: 5 }, "the first stage"],
    [{ density: { ...density, fired: [firedS, ...density.fired.slice(1)] } }, "fired in S"],
    [
      { nearest: { ...nearest!, ids: nearest!.ids.map((ids) => ids.with(0, 40)) } },
      "found 40 at 0",
    ],
    [{ contexts: { ...contexts, sequence: put(contexts.sequence, 2, 20) } }, "found 20 at 2"],
    [
      { contexts: { ...contexts, position: put(contexts.position, 2, 128) } },
      "position of place 2",
    ],
    [{ contexts: { ...contexts, offsets: put(contexts.offsets, 1, 999) } }, "numbers that rise"],
    [{ contexts: { ...contexts, top } }, "a place of latent 0"],
    [{ contexts: { ...contexts, activations: acts } }, "activations: expected finite numbers"],
    [{ axes: { ...DATA.axes, y: "z" } }, "the axis y: expected one of x, y"],
    [{ path: [{ ...DATA.path[0], column: "gone" }] }, "the step S-D"],
  ];
  for (const [change, words] of cases) {
    assertThrows(() => packExplorer({ ...DATA, ...change }), RangeError, words);
  }
});

Deno.test("packExplorer() refuses more places of a latent than a byte can tell apart", () => {
  const most = (places: number): ExplorerData => {
    const one = syntheticData(1, { stages: 1, sites: 1, sequences: 2, d_vocab: 300 });
    const k = 5, top = [Int32Array.of(places - 1, -1, -1, -1, -1)];
    const activations = [new Float32Array(places * 16)];
    const zeros = new Uint32Array(places);
    const offsets = Uint32Array.of(0, places);
    return {
      ...one,
      contexts: { ...one.contexts, offsets, sequence: zeros, position: zeros, activations, top, k },
    };
  };
  packExplorer(most(255));
  assertThrows(() => packExplorer(most(256)), RangeError, "at most 255 places");
});

Deno.test("whole() takes as few bytes as it can, and nothing that is not a whole number", () => {
  assertEquals([[255], [256], [65536]].map((list) => whole(list, "a").type), ["u8", "u16", "u32"]);
  for (const value of [-1, NaN, 0.5, 2 ** 32, Infinity]) {
    assertThrows(() => whole([0, value], "counts"), RangeError, `counts: expected whole numbers`);
  }
});
