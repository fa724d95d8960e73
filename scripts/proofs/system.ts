/** The system `proofs`: compact proofs of Max-of-K models that it trains itself. @module */
import { runProofs } from "../../lib/proofs/run/pipeline.ts";
import { proofsSettings } from "../../lib/proofs/run/presets.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { type ProofsResults, readResults } from "./results.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";

export const proofs: System<ProofsResults> = {
  id: "proofs",
  title: "Compact proofs",
  writes: ["proofs/results.json"],
  prepare({ preset, seed, folder, cacheDir, progress }) {
    const settings = proofsSettings(preset);
    const { onPhase, onLog, onDamaged } = progress;
    const task = { settings, preset, seed, folder, cacheDir, onPhase, onLog, onDamaged };
    return Promise.resolve((gpu) => runProofs(gpu, task));
  },
  read: readResults,
  plan,
  about({ preset, seed, adapter, settings }) {
    return { preset, seed, adapter, settings };
  },
  figures: FIGURES,
  section,
  tableRows,
  headlines: HEADLINES,
};
