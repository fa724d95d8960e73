/** Which strategies a run applies to a model, each with its grid. @module */
import type { PlannedProof, Theorem } from "../theorem.ts";
import { THEOREMS } from "../theorems/mod.ts";

/** The plan for a model of K tokens: the order of rows in results.json. */
export function plannedProofs(K: number): PlannedProof[] {
  return THEOREMS.filter(({ mostK = Infinity }) => K <= mostK)
    .toSorted((a, b) => place(a) - place(b))
    .flatMap(({ planned }) => planned);
}

/** The paper's proofs come first, then those of ours that only a small K allows. */
function place({ source, mostK }: Theorem): number {
  return source === "paper" ? 0 : mostK === undefined ? 2 : 1;
}
