/** The system `proofs`: compact proofs of Max-of-K models that it trains itself. @module */
import { runProofs } from "../../lib/proofs/run/pipeline.ts";
import type { System } from "../system.ts";
import { FIGURES } from "./figures/mod.ts";
import { HEADLINES } from "./headlines.ts";
import { plan } from "./plan.ts";
import { type ProofsResults, readResults } from "./results.ts";
import { section } from "./section.ts";
import { tableRows } from "./table.ts";
import { taskOf, tasks } from "./tasks.ts";

export const proofs: System<ProofsResults> = {
  id: "proofs",
  title: "Compact proofs",
  writes: ["proofs/results.json"],
  prepare: (options) => Promise.resolve((gpu) => runProofs(gpu, taskOf(options))),
  tasks,
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
