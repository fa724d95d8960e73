/** The system `proofs`: compact proofs of Max-of-K models that it trains itself. @module */
import { cleanLeftovers } from "../../lib/io/stored.ts";
import { runProofs } from "../../lib/proofs/run/pipeline.ts";
import { proofsSettings } from "../../lib/proofs/run/presets.ts";
import type { System } from "../systems.ts";

/** Runs or resumes the proofs of one preset. */
export const proofs: System = {
  writes: ["proofs/results.json"],
  prepare({ preset, seed, folder, cacheDir, progress }) {
    const settings = proofsSettings(preset);
    return Promise.resolve(async (gpu) => {
      await Deno.mkdir(cacheDir, { recursive: true });
      await cleanLeftovers(cacheDir);
      const { onPhase, onLog, onDamaged } = progress;
      await runProofs(gpu, { settings, preset, seed, folder, cacheDir, onPhase, onLog, onDamaged });
    });
  },
};
