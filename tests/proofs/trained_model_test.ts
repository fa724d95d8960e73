// A trained Max-of-4 transformer; fixtures/max_of_k.py trained it and counted its right answers in PyTorch.
// Ranges: what a numpy prototype found on 16 such models.
import { assert, assertEquals } from "@std/assert";
import { fromFileUrl } from "@std/path";
import { checkCertificate } from "../../lib/proofs/checker/check.ts";
import { makeTables } from "../../lib/proofs/tables/folded.ts";
import { checkTables } from "../../lib/proofs/checker/tables.ts";
import { checkBruteForce } from "../../lib/proofs/checker/brute_force.ts";
import { scoreSvd } from "../../lib/proofs/tables/directions.ts";
import { plainFactors } from "../../lib/proofs/tables/directions.ts";
import { loadMaxOfK } from "../../lib/proofs/max_of_k.ts";
import { certify } from "../../lib/proofs/certify.ts";
import { makeProver, proveBound } from "../../lib/proofs/prove.ts";

const file = (name: string) => fromFileUrl(new URL(`fixtures/${name}`, import.meta.url));
const model = await loadMaxOfK(file("max_of_k.safetensors"));
const truth = JSON.parse(await Deno.readTextFile(file("max_of_k.json")));
const prover = makeProver(model);
const bound = (name: string, G = 32) => proveBound(prover, name, { G }).bound;

Deno.test("checkBruteForce() counts a trained model's right answers as PyTorch does", () => {
  assertEquals(checkBruteForce(checkTables(model)), { certified: BigInt(truth.right) });
});

Deno.test("N4 encloses a trained model's accuracy, and every other theorem stays below", () => {
  const { certified, atMost } = proveBound(prover, "N4", { G: 256 });
  assert(Number(certified) <= truth.right && truth.right <= Number(atMost));
  assert(Number(atMost! - certified) < 0.0005 * truth.sequences);
  for (const name of ["cubic", "N1", "N1n", "N2", "N3", "N3n", "N5"]) {
    assert(Number(proveBound(prover, name).certified) <= truth.right, name);
  }
});

Deno.test("N4-partition certifies more than N4 where tokens win together", () => {
  const alone = proveBound(prover, "N4", { G: 64 }),
    sets = proveBound(prover, "N4-partition", { G: 64 });
  assert(sets.certified > alone.certified && Number(sets.certified) <= truth.right);
  assertEquals(sets.atMost, alone.atMost);
});

Deno.test("bounds of a trained model lie where a prototype found them", () => {
  const between = (name: string, low: number, high: number, G?: number) => {
    const found = bound(name, G);
    assert(low <= found && found <= high, `${name}: ${found} not in ${low} .. ${high}`);
  };
  between("cubic", .944, .964);
  between("N1n", .829, .997);
  between("N2", .986, .9996);
  between("N3n", .926, .9998);
  between("N5", .988, .9994);
  const best = "exact_EQKE+max_diff_exact/mean_query+diff/max_diff_exact";
  between(`published/${best}`, .6, .8);
  between(`sound/${best}`, .84, .9);
  between(`N6/${best}`, .87, .925);
  const { S } = scoreSvd(plainFactors(model));
  assert(S[0] / S[1] > 300 && S[0] / S[1] < 1200);
});

Deno.test("verifications of a trained model have the published lengths", () => {
  const log2 = (name: string, G = 32) => Math.log2(proveBound(prover, name, { G }).flops);
  const close = (found: number, expected: number) =>
    assert(Math.abs(found - expected) < 0.25, `${found}`);
  close(log2("N1n"), 25.2);
  close(log2("N4", 64), 25.25);
  close(log2("N5"), 21.7);
  close(log2("published/exact_EQKE+max_diff_exact/mean_query+diff/max_diff"), Math.log2(2272487));
  close(log2("published/max_diff_subproduct/mean_query+diff/max_diff"), Math.log2(2491142));
});

Deno.test("makeTables() and the checker agree on every enclosure", () => {
  const own = makeTables(model), theirs = checkTables(model);
  assertEquals(own.EVOU, theirs.EVOU);
  assertEquals(own.PVOU, theirs.PVOU);
  assertEquals(own.EU, theirs.EU);
  assertEquals(own.expEQK, theirs.token);
  assertEquals(own.expEQP, theirs.position);
});

Deno.test("certify() of a trained model is accepted, its count within 1e-9 of the prover's", () => {
  const names = [
    ...["cubic", "N1n", "N2", "N4", "N5"],
    "sound/svd/mean_query+diff/mean_query+max_diff",
    "N6/max_diff_subproduct/mean_query+diff/max_diff_exact",
    "N5/max_diff/exact",
  ];
  for (const name of names) {
    const own = proveBound(prover, name), { result, certificate } = certify(prover, name);
    assert(Math.abs(own.bound - result.bound) <= 1e-9, `${name}: ${own.bound} ${result.bound}`);
    assert(checkCertificate(certificate, model).accepted, name);
  }
});
