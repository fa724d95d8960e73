/** Removing groups of latents from a text, each group in a pass of its own. @module */
import type { Crosscoder } from "../../../crosscoder/coder.ts";
import { decoderRow } from "../../../crosscoder/rows.ts";
import { siteName } from "../../../crosscoder/sites.ts";
import type { Asked, AskedText } from "../question/asked.ts";
import { forcedText } from "../question/asked.ts";
import { folded, type ReadBy, type Reading, readingOf, siteValues } from "../question/reading.ts";
import { addSite, carriedEdit } from "./carried.ts";
import { type Carrier, carriersOf } from "./carriers.ts";
import { endsOf, type Groups, type ShiftTerms, type TextEdit, type Variant } from "./edit.ts";
import { minimalShifts } from "./minimal.ts";
import { isMinimal, type Removal, type Way } from "./removal.ts";
import { randomRow } from "./rows.ts";

/** Groups of latents, removed where they fire. */
export async function latentEdit(
  asked: Asked,
  by: ReadBy,
  { text, groups, way }: { text: AskedText; groups: Groups; way: Way },
): Promise<TextEdit> {
  const { removal, positions, random } = way;
  const coder = folded(by.coder), { d_in } = coder.config;
  const carriers = chosenCarriers(asked, coder, removal);
  const reading = await readingOf(asked, by, text), forced = forcedText(asked, text);
  const latents = [...new Set(groups.flat())];
  const terms = isMinimal(removal)
    ? await minimalShifts(asked, coder, { text, latents, ...removal })
    : ablations(coder, reading, latents);
  const rows = new Map([...terms.rows].map(([latent, row]) => [
    latent,
    random ? randomRow(row, random, { latent, d_in }) : row,
  ]));
  const values = removal === "freeze" ? await siteValues(asked, coder, text) : undefined;
  return carriedEdit(asked.model.gpu, variantsOf(reading, groups, endsOf(forced, positions)), {
    carriers,
    d_in,
    set: removal === "freeze",
    at({ group, prompt, position }) {
      const token = prompt * reading.pos + position, own = groups[group];
      const factors = terms.at(own, token);
      return (sum, site) => {
        if (values) sum.set(values[site].subarray(token * d_in, (token + 1) * d_in));
        factors.forEach((factor, n) => {
          if (factor !== 0) addSite(sum, rows.get(own[n])!, { site, factor });
        });
      };
    },
  });
}

/** The sites that are edited, and which of them carry on what was added before. */
function chosenCarriers(
  { model }: Asked,
  { config: { sites } }: Crosscoder,
  removal: Removal,
): Carrier[] {
  const action = "remove latents";
  const all = carriersOf(action, model, sites);
  if (removal === "ablate" || isMinimal(removal)) return all;
  const alone = all.map(({ hook, site }) => ({ hook, site }));
  if (removal === "naive" || removal === "freeze") return alone;
  if (removal === "last site") return alone.slice(-1);
  const found = alone.filter(({ site }) => site === removal.site);
  if (found.length > 0) return found;
  throw new RangeError(
    `Cannot ${action}: expected a site from 0 to ${sites.length - 1} but found ${removal.site}: ` +
      `the crosscoder has ${sites.map(siteName).join(", ")}`,
  );
}

/** −f_i times W_dec[i]. */
function ablations(
  coder: Crosscoder,
  { active }: Reading,
  latents: readonly number[],
): ShiftTerms {
  return {
    rows: new Map(latents.map((latent) => [latent, decoderRow(coder, latent)])),
    at: (group, token) => group.map((latent) => -actAt(active, token, latent)),
  };
}

/** The activation of a latent at a token, 0 where it does not fire. */
function actAt(
  { start, latent, act }: Reading["active"],
  token: number,
  wanted: number,
): number {
  let low = start[token], high = start[token + 1];
  const end = high;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (latent[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low < end && latent[low] === wanted ? act[low] : 0;
}

/** Where a latent of each group fires, prompt by prompt, before `ends`. */
function variantsOf(
  { pos, active: { start, latent } }: Reading,
  groups: Groups,
  ends: readonly number[],
): Variant[] {
  const groupsOf = new Map<number, number[]>();
  groups.forEach((latents, group) => {
    for (const one of new Set(latents)) groupsOf.set(one, [...groupsOf.get(one) ?? [], group]);
  });
  return ends.flatMap((end, prompt) => {
    const found = new Map<number, Set<number>>();
    for (let p = 0; p < end; p++) {
      const token = prompt * pos + p;
      for (let e = start[token]; e < start[token + 1]; e++) {
        for (const group of groupsOf.get(latent[e]) ?? []) {
          found.set(group, (found.get(group) ?? new Set()).add(p));
        }
      }
    }
    return [...found].sort(([a], [b]) => a - b)
      .map(([group, positions]) => ({ group, prompt, positions: [...positions] }));
  });
}
