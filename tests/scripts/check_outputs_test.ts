import { assertEquals, assertMatch } from "@std/assert";
import { join } from "@std/path";
import { outputProblems } from "../../scripts/output_problems.ts";
import { SYSTEMS } from "../../scripts/systems.ts";

const PNG = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0, 0);
const IDS = SYSTEMS.flatMap(({ figures }) => figures).map(({ id }) => id);
const GOOD: Record<string, string | Uint8Array> = {
  ...Object.fromEntries(IDS.flatMap((id) => [
    [`figures/${id}.vl.json`, "{}"],
    [`figures/${id}.svg`, "<svg></svg>"],
    [`figures/${id}.png`, PNG],
  ])),
  "summary.json": '{"lines":[{"ours":1.5,"paper":null,"difference":null}]}',
};

/** A whole run, which every test leaves as it was. */
const folder = await Deno.makeTempDir({ prefix: "crosslab-outputs-" });
await Deno.mkdir(join(folder, "figures"));
Deno.test.afterAll(() => Deno.remove(folder, { recursive: true }));

async function put(name: string, content: string | Uint8Array | null | undefined): Promise<void> {
  const path = join(folder, name);
  if (typeof content === "string") await Deno.writeTextFile(path, content);
  else if (content) await Deno.writeFile(path, content);
  else await Deno.remove(path, { recursive: true });
}

for (const [name, content] of Object.entries(GOOD)) await put(name, content);

async function problemsOf(changed: Record<string, string | Uint8Array | null>): Promise<string[]> {
  for (const [name, content] of Object.entries(changed)) await put(name, content);
  try {
    return await outputProblems(folder);
  } finally {
    for (const name of Object.keys(changed)) await put(name, GOOD[name]);
  }
}

Deno.test("outputProblems() finds nothing in a whole run", async () => {
  assertEquals(await problemsOf({}), []);
});

Deno.test("outputProblems() finds a missing picture of a figure that has several", async () => {
  const numbers = JSON.stringify({
    pictures: [{ id: "proofs-groups" }, { id: "proofs-groups-K5" }],
  });
  assertEquals(
    (await problemsOf({ "figures/proofs-groups.json": numbers }))
      .map((problem) => /proofs-groups-K5.* is missing$/.test(problem)),
    [true, true, true], // spec, SVG, PNG
  );
});

Deno.test("outputProblems() wants every figure of every system, and of those that are named alone", async () => {
  const found = await problemsOf(
    Object.fromEntries(IDS.map((id) => [`figures/${id}.png`, null])),
  );
  assertEquals(
    found.map((problem) => /([\w-]+)\.png is missing$/.exec(problem)?.[1]).sort(),
    IDS.toSorted(),
  );
});

const faults: [string, Record<string, string | Uint8Array | null>, RegExp][] = [
  ["a missing picture", { "figures/stagewise-quadrants.png": null }, /quadrants\.png is missing/],
  ["an empty picture", { "figures/stagewise-scatter.png": "" }, /scatter\.png is no PNG/],
  ["half a spec", { "figures/stagewise-scatter.vl.json": "{" }, /vl\.json is not JSON/],
  ["a drawn NaN", { "figures/stagewise-scatter.svg": '<svg d="MNaN,0"/>' }, /not finite/],
  ["a missing summary", { "summary.json": null }, /summary\.json is missing/],
  ["a summary without numbers", { "summary.json": '{"a":"b"}' }, /holds no number/],
  ["a number that became null", { "summary.json": '{"a":{"ours":null},"b":1}' }, /a\.ours is null/],
  [
    "a figure that was not drawn again",
    { "summary.json": '{"proofs":{"failures":["The figure x could not be drawn: no"],"n":1}}' },
    /summary\.json says: The figure x could not be drawn: no$/,
  ],
  ["an infinite number", { "summary.json": '{"a":[1,1e999]}' }, /a\.1 is Infinity/],
  ["a NaN in words", { "summary.json": '{"a":"NaN","b":1}' }, /a is "NaN"/],
];
for (const [name, changed, expected] of faults) {
  Deno.test(`outputProblems() finds ${name}`, async () => {
    const problems = await problemsOf(changed);
    assertEquals(problems.length, 1);
    assertMatch(problems[0], expected);
  });
}
