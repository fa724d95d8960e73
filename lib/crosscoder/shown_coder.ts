/** What a notebook shows of a crosscoder. @module */
import { displaying } from "../plot/notebook/displaying.ts";
import { tableBundle } from "../plot/notebook/table.ts";
import type { Crosscoder } from "./check_coder.ts";
import { siteName } from "./sites.ts";

/** The crosscoder, which a notebook now shows as its sizes, its sites and what it was trained by. */
export function shownCoder(coder: Crosscoder): Crosscoder {
  return displaying(coder, () => tableBundle(coderRows(coder), { caption: "crosscoder" }));
}

function coderRows({ config }: Crosscoder) {
  const { d_sae, d_in, sites, recipe, activation, folded } = config;
  return [
    { what: "latents (d_sae)", value: d_sae },
    { what: "sites", value: sites.map(siteName).join(", ") },
    { what: "numbers of a site (d_in)", value: d_in },
    { what: "recipe", value: recipe },
    { what: "activation", value: activation.kind },
    { what: "works on", value: folded ? "raw activations" : "scaled activations" },
  ];
}
