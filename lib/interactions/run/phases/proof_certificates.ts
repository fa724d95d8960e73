/** The certificates of the phase `proof`, written beside its result. @module */
import { copyFile, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { norm } from "../../formulas/vectors.ts";
import { neuronScores } from "../../pairs/neuron_scores.ts";
import type { ActiveLatents } from "../../../crosscoder/active_latents.ts";
import { mlpSites } from "../../players/mlp.ts";
import { certifyResidual, writeEncodings } from "../../proof/certify.ts";
import { checkResidual } from "../../proof/checker/check.ts";
import { type Method, METHODS } from "../../proof/checker/residual.ts";
import { rowOf } from "../../proof/plain_mlp.ts";
import { readWhole } from "../../proof/read_text.ts";
import { playersOfReconstruction, type ProofBlock } from "../../proof/reconstruction_players.ts";
import type { Finished, PhaseWork } from "../phase.ts";
import { idOf } from "../task.ts";
import type { Certified, Proof } from "./proof_form.ts";

/** The encodings of the certificates, beside them. */
const ENCODINGS = "encodings.safetensors";

/** Every block by the exact residual; the last one by every method. */
export async function certificates(
  { sources, settings, folder }: PhaseWork,
): Promise<Pick<Proof, "certified" | "folders">> {
  const model = await sources.model("ft1"), coder = await sources.coder("mlp");
  const text = sources.text("heldOut", settings.proof.certified);
  const { active } = await readWhole({ model, coder, text });
  const encodings = join(folder, ENCODINGS);
  await writeEncodings(encodings, active);
  const files = {
    model: await sources.modelFolder("ft1"),
    coder: await sources.coderFolder("mlp"),
    encodings,
  };
  const places = mlpSites(model, coder), certified: Certified[] = [];
  for (const place of places) {
    const { layer } = place, { tokens } = active;
    const float = await floatMeans({ model, coder, ...place }, active);
    for (const method of place === places.at(-1) ? METHODS : ["exact" as const]) {
      const file = `residual-${layer}-${method}.json`, path = join(folder, file);
      const { claim } = await certifyResidual(files, { ...place, method, path });
      certified.push({ layer, method, tokens, ...claim, float: float[method], file, verdict: "" });
    }
  }
  const best = certified.findLast(({ method }) => method === "exact")!;
  const { line } = await checkResidual(await Deno.readTextFile(join(folder, best.file)), files);
  best.verdict = line;
  return { certified, folders: { model: idOf(files.model), coder: idOf(files.coder) } };
}

/** The means over tokens that the methods certify, in float32. */
async function floatMeans(
  block: ProofBlock,
  active: ActiveLatents,
): Promise<Record<Method, number>> {
  using players = await playersOfReconstruction(block, active);
  const { R, sums, tokens } = await neuronScores(players), width = R.length / tokens;
  const mean = (values: ArrayLike<number>) =>
    Array.from(values).reduce((sum, value) => sum + value, 0) / tokens;
  return {
    dominant: mean(sums.dominant),
    telescoping: mean(sums.telescoping),
    neurons: mean(sums.excess),
    exact: mean(Array.from({ length: tokens }, (_, t) => norm(rowOf(R, t, width)))),
  };
}

/** Puts the certificates and their encodings into a folder of a run, in place of an earlier run's. */
export async function copyProof(
  { result: { certified }, folder }: Finished<Proof>,
  to: string,
): Promise<void> {
  await rm(to, { recursive: true, force: true });
  await mkdir(to, { recursive: true });
  for (const name of [ENCODINGS, ...certified.map(({ file }) => file)]) {
    await copyFile(join(folder, name), join(to, name));
  }
}
