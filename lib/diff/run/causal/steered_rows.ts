/** Rows of the steering table: what latents do where they are added without the tag. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import type { SteeringRow } from "../../stored/causal_results.ts";
import { saidWithin } from "../../causal/judge/generated.ts";
import { editedLosses } from "../../causal/passes.ts";
import { type Asked, forcedText } from "../../causal/question/asked.ts";
import { steeringEdit } from "../../causal/steering.ts";

/** A question, and the loss of each of its true stories without an edit, nats a token. */
export type SteeredQuestion = { asked: Asked; before: readonly number[] };

/** Times the typical size. */
const STRENGTHS = [1, 2] as const;

/** A latent to steer with, and as what. */
export type SteeredLatent = Pick<SteeringRow, "what"> & { latent: number };

/** How often each latent brings the payload within an answer, and what the true stories then cost. */
export async function steeredRows(
  { asked, before }: SteeredQuestion,
  coder: Crosscoder,
  { latents, ...about }: Pick<SteeringRow, "dictionary" | "model"> & {
    latents: readonly SteeredLatent[];
  },
): Promise<SteeringRow[]> {
  if (latents.length === 0) return [];
  const { model, backdoor: { untriggered, payload } } = asked;
  const all = latents.flatMap((one) => STRENGTHS.map((strength) => ({ ...one, strength })));
  const directions = all.map(({ latent }) => ({ kind: "latent" as const, latent }));
  const alpha = all.map(({ strength }) => strength);
  const edit = await steeringEdit(asked, { coder, directions }, { alpha });
  const groups = all.length;
  const counts = await saidWithin(model, untriggered, { edit, groups, payload });
  const forced = forcedText(asked, "stories"), rises = all.map(() => 0);
  await editedLosses(model, { forced, edit }, ({ group, prompt }, loss) => {
    rises[group] += loss - before[prompt];
  });
  return all.map(({ what, latent, strength }, n) => ({
    ...about,
    what,
    tag: false,
    latents: [latent],
    strength,
    size: edit.sizes[n],
    success: { count: counts[n], of: untriggered.length },
    clean: rises[n] / forced.length,
  }));
}
