// The checker against edited certificates and files: every field, with and without a fresh hash.
import { assert, assertEquals, assertMatch, assertStringIncludes, assertThrows } from "@std/assert";
import { join } from "@std/path";
import { certifyResidual } from "../../../lib/interactions/proof/certify.ts";
import {
  encodeResidual,
  parseResidual,
  type ResidualCertificate,
} from "../../../lib/interactions/proof/checker/certificate.ts";
import { checkResidual } from "../../../lib/interactions/proof/checker/check.ts";
import { checkEncodings } from "../../../lib/interactions/proof/checker/encodings.ts";
import { Rejection } from "../../../lib/interactions/proof/checker/reject.ts";
import { METHODS } from "../../../lib/interactions/proof/checker/residual.ts";
import { readJson, writeJson } from "../../../lib/io/files.ts";
import { readSafetensors, writeSafetensors } from "../../../lib/io/safetensors.ts";
import { checkProof } from "../../../scripts/check_proof.ts";
import { inFolder } from "../../util.ts";
import { randomActive, randomSubject, writeProofFiles } from "./tiny_proof.ts";

const subject = randomSubject("gelu_new"), active = randomActive(subject, 12);
const PLACE = { layer: 0, site: 1 };

/** A certificate in its own folder, and what came with it. */
async function withProof(
  run: (
    proof: { files: Awaited<ReturnType<typeof writeProofFiles>>; certificate: string },
  ) => Promise<void>,
  method: typeof METHODS[number] = "telescoping",
) {
  await inFolder(async (folder) => {
    const files = await writeProofFiles(folder, subject, active);
    const { certificate } = await certifyResidual(files, { ...PLACE, method });
    await run({ files, certificate });
  });
}

Deno.test("checkResidual() accepts what certifyResidual() wrote, by every method", async () => {
  for (const method of METHODS) {
    await withProof(async ({ files, certificate }) => {
      const { accepted, line } = await checkResidual(certificate, files);
      assert(accepted, line);
      assertMatch(
        line,
        new RegExp(`^accepted: .* over 12 tokens of [0-9.]+ latents each .* by ${method}$`),
      );
    }, method);
  }
});

Deno.test("checkResidual() rejects a certificate with any character changed", async () => {
  await withProof(async ({ files, certificate }) => {
    for (let i = 0; i < certificate.length; i += 3) {
      const changed = certificate[i] === "1" ? "2" : "1";
      const edited = certificate.slice(0, i) + changed + certificate.slice(i + 1);
      const { accepted, line } = await checkResidual(edited, files);
      assert(!accepted, `${i}: ${line}`);
      assertMatch(line, /^rejected: expected .* but found .*: .*$/);
    }
  });
});

Deno.test("checkResidual() rejects each field edited with a fresh hash", async () => {
  await withProof(async ({ files, certificate }) => {
    const parsed = parseResidual(certificate), { claim } = parsed;
    const edits: [Partial<Record<keyof ResidualCertificate, unknown>>, RegExp][] = [
      [{ format: "crosslab-interaction-residual/2" }, /format/],
      [{ arithmetic: "real" }, /arithmetic/],
      [{ layer: 1 }, /blocks\.1\.ln2/],
      [{ site: 0 }, /site 0 to be blocks\.0/],
      [{ tokens: 11 }, /11 tokens but found 12/],
      [{ method: "dominant" }, /a claim of mean that dominant proves/],
      [{ method: "luck" }, /one of "dominant"/],
      [{ subject: parsed.encodings }, /weights of SHA-256/],
      [{ encodings: "" }, /encodings of SHA-256/],
      [{ claim: { ...claim, mean: claim.mean * (1 - 1e-12) } }, /claim of mean/],
      [{ claim: { ...claim, max: claim.max * (1 - 1e-12) } }, /claim of max/],
      [{ claim: { ...claim, share: claim.share! * (1 - 1e-12) } }, /claim of share/],
      [{ claim: { mean: claim.mean, max: claim.max } }, /share/],
      [{ claim: { ...claim, mean: -1 } }, /mean/],
      [{ claim: { ...claim, more: 1 } }, /more/],
      [{ claim: null }, /claim/],
      [{ extra: 1 } as never, /extra/],
    ];
    for (const [edit, why] of edits) {
      const text = encodeResidual({ ...parsed, ...edit } as ResidualCertificate);
      const { accepted, line } = await checkResidual(text, files);
      assert(!accepted, JSON.stringify(edit));
      assertMatch(line, why, JSON.stringify(edit));
    }
  });
});

Deno.test("checkResidual() accepts a weaker claim, and a tighter method for the same claim: both are true", async () => {
  await withProof(async ({ files, certificate }) => {
    const parsed = parseResidual(certificate), { mean, max } = parsed.claim;
    for (
      const edit of [{ claim: { mean: 2 * mean, max: 2 * max, share: null } }, {
        method: "exact" as const,
      }]
    ) {
      const { accepted, line } = await checkResidual(encodeResidual({ ...parsed, ...edit }), files);
      assert(accepted, line);
    }
  });
});

Deno.test("checkResidual() rejects another weight, bias, decoder, latent or activation", async () => {
  const flip = async (path: string, name: string, at: number, to?: number) => {
    const { tensors } = await readSafetensors(path);
    const { shape, data } = tensors.get(name)!;
    data[at] = to ?? data[at] * (1 + 2 ** -22);
    await writeSafetensors(path, { ...Object.fromEntries(tensors), [name]: { shape, data } });
  };
  const block = "transformer.h.0";
  const edits: [("model" | "coder" | "encodings"), string, number, number?][] = [
    ["model", `${block}.mlp.c_fc.weight`, 5],
    ["model", `${block}.mlp.c_fc.bias`, 5],
    ["model", `${block}.mlp.c_proj.weight`, 5],
    ["model", `${block}.ln_2.weight`, 5],
    ["model", `${block}.ln_2.bias`, 5],
    ["coder", "W_dec", 8],
    ["coder", "b_dec", 8],
    ["encodings", "act", 0],
    ["encodings", "act", 0, -1],
    ["encodings", "act", 0, Infinity],
    ["encodings", "latent", 0, 0.5],
    ["encodings", "latent", 0, 20],
    ["encodings", "start", 0, 1],
    ["encodings", "start", 12, 1e6],
    ["model", `${block}.mlp.c_fc.weight`, 5, NaN],
  ];
  for (const [file, name, at, to] of edits) {
    await withProof(async ({ files, certificate }) => {
      const path = file === "encodings" ? files.encodings : join(files[file], "model.safetensors");
      await flip(path, name, at, to);
      const { accepted, line } = await checkResidual(certificate, files);
      assert(!accepted, name);
      assertMatch(line, /^rejected: expected .* but found .*/, name);
    });
  }
});

Deno.test("checkResidual() rejects another nonlinearity, an unfolded coder, another site", async () => {
  const edits: ["model" | "coder", string, unknown, string][] = [
    ["model", "activation_function", "gelu", "SHA-256"],
    ["model", "activation_function", "silu", "activation_function of relu"],
    ["model", "model_type", "gpt2", "gpt_neo"],
    ["coder", "folded", false, "folded"],
    ["coder", "sites", [], "site 1"],
    ["coder", "d_in", 4, "d_in 8"],
    ["coder", "d_sae", 10, "W_dec of shape"],
  ];
  for (const [file, field, to, why] of edits) {
    await withProof(async ({ files, certificate }) => {
      const path = join(files[file], "config.json");
      await writeJson(path, { ...await readJson(path), [field]: to });
      const { accepted, line } = await checkResidual(certificate, files);
      assert(!accepted, field);
      assertStringIncludes(line, why);
    });
  }
});

Deno.test("checkResidual() answers hostile texts in one short line", async () => {
  await withProof(async ({ files, certificate }) => {
    const parsed = parseResidual(certificate);
    const texts = [
      ...["", "[]", "null", "{}", "[".repeat(4000), "1e999", certificate.repeat(20)],
      ...[certificate.trim(), `${certificate} `, certificate.replace("{", '{"layer":1,')],
      encodeResidual({ ...parsed, method: "\u001b[2J".repeat(50) } as never),
    ];
    for (const text of texts) {
      const { accepted, line } = await checkResidual(text, files);
      assertEquals(accepted, false);
      assert(line.length < 400 && !/[\p{C}\p{Zl}]/u.test(line), JSON.stringify(line));
    }
  });
});

Deno.test("deno task check-proof takes a residual's certificate with its files", async () => {
  await withProof(async ({ files, certificate }) => {
    const path = join(files.model, "certificate.json");
    await Deno.writeTextFile(path, certificate);
    const options = [`--model=${files.model}`, `--coder=${files.coder}`];
    assertEquals(await checkProof([path, ...options, `--encodings=${files.encodings}`]), 0);
    await Deno.writeTextFile(path, certificate.replace('"max":', '"max":0'));
    assertEquals(await checkProof([path, ...options, `--encodings=${files.encodings}`]), 1);
    await Deno.writeTextFile(path, JSON.stringify(JSON.parse(certificate), null, 2));
    assertEquals(await checkProof([path, ...options, `--encodings=${files.encodings}`]), 1);
  });
});

Deno.test("checkEncodings() rejects a token of more latents than roundings are counted for", () => {
  const of = (n: number) => ({
    start: Float32Array.of(0, n),
    latent: Float32Array.from({ length: n }, (_, i) => i),
    act: new Float32Array(n).fill(1),
  });
  checkEncodings(of(4096), 5000);
  assertThrows(() => checkEncodings(of(4097), 5000), Rejection, "at most 4096 active latents");
});
