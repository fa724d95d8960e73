/** Activations of chosen latents, token by token, in all stages: <run>/stagewise/views.json. @module */
import { readJson } from "../../io/files.ts";
import { expectForm, having, list, number, oneOf, whole } from "../../io/form.ts";
import { AGAIN, reading, refuse, resultFile } from "./result_files.ts";
import { type Role, ROLES } from "../stages/roles.ts";
import { type Stage, STAGES } from "../stages/stages.ts";

/** `texts`: numbers of the run's examples, and the latent's activation at each of their positions. */
export type RoleView = {
  role: Role;
  latent: number;
  texts: { example: number; acts: Record<Stage, number[]> }[];
};

/** Reads them. Throws where the file is missing, or not of the run's examples and latents. */
export async function readRoleViews(
  folder: string,
  { d_sae, examples }: { d_sae: number; examples: readonly ArrayLike<number>[] },
): Promise<RoleView[]> {
  const path = resultFile(folder, "views");
  const form = viewsForm({ d_sae, n: examples.length, pos: examples[0].length });
  const { views } = expectForm(reading(path), await readJson(path), form, AGAIN);
  const roles = views.map(({ role }) => role);
  const twice = roles.find((role, i) => roles.indexOf(role) < i);
  if (twice !== undefined) refuse(path, "a latent for each role", `two for ${twice}`);
  return views as RoleView[];
}

function viewsForm({ d_sae, n, pos }: { d_sae: number; n: number; pos: number }) {
  const acts = list(number({ least: 0 }), { length: pos });
  const stages = Object.fromEntries(STAGES.map((stage) => [stage, acts]));
  const text = having({ example: whole(0, n - 1), acts: having(stages) });
  return having({
    views: list(
      having({ role: oneOf(ROLES), latent: whole(0, d_sae - 1), texts: list(text, { least: 1 }) }),
    ),
  });
}
