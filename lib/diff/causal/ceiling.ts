/** The most that any edit of the trigger's tokens could repair: no later token sees them. @module */
import { forcedParts } from "../../model/forced/forced.ts";
import { hiddenKeys } from "../../model/forced/hidden_keys.ts";
import { outcomes } from "../../model/forced/outcomes.ts";
import { type Effect, effectOf } from "./effects.ts";
import { type Asked, forcedText } from "./question/asked.ts";

/**
 * The effect of hiding the trigger's keys and values from every later query of every head. Prompts
 * without a trigger have nothing to hide.
 */
export async function hiddenKeysEffect(asked: Asked): Promise<Effect> {
  const { model, spans, reference, before, backdoor: { payload } } = asked;
  const found = await outcomes({ model, parts: forcedParts(forcedText(asked, "triggered")) }, {
    reference,
    cancel: (part) =>
      hiddenKeys(model, part, spans.slice(part.first, part.first + part.forced.length)),
  });
  const effect = effectOf({
    changes: found.map(({ logOdds, KL }, n) => ({
      logOdds: logOdds - before.triggered[n].logOdds,
      KL: KL - before.triggered[n].KL,
    })),
    payload: found.map(({ matched }) => matched === payload.length ? 1 : 0),
    edited: found.length,
  });
  return { ...effect, clean: 0 };
}
