/**
 * A latent in a notebook: how often it fires, and the texts in which it fires most, the firing token
 * on a ground that is the deeper the larger its activation.
 *
 * @module
 */
import { expectForm, having, list, number, text } from "../../io/form.ts";
import { visible } from "../../io/visible.ts";
import { largest } from "../../numerics/numbers.ts";
import { displaying, type MimeBundle } from "./displaying.ts";
import { attribute, between } from "./html.ts";
import { alignedLines } from "./table.ts";

/** A place in a text where a latent fires. */
export type FiringPlace = { before: string; token: string; after: string; activation: number };

/** A latent in one dictionary: `name` says in which; its places, strongest first. */
export type LatentView = { name: string; fires: string; places: readonly FiringPlace[] };

const PLACE = { before: text, token: text, after: text, activation: number() };
const ROWS = list(
  having({ name: text, fires: text, places: list(having(PLACE)) }),
  { least: 1 },
);

/** The rows, which a notebook now shows under a title. */
export function asLatent<T extends readonly LatentView[]>(rows: T, title: string): T {
  expectForm("show a latent", rows, ROWS, "give rows of the form { name, fires, places }");
  return displaying(rows, () => latentBundle(rows, title));
}

/** The MIME bundle of a latent. */
export function latentBundle(rows: readonly LatentView[], title: string): MimeBundle {
  const top = largest(rows.flatMap(({ places }) => places.map(({ activation }) => activation)));
  const lines = rows.map(({ name, fires, places }) =>
    `<tr><th>${between(visible(name))}</th><td>${between(visible(fires))}</td>` +
    `<td style="text-align:left">${
      places.map((place) => markedText(place, top)).join("<br>")
    }</td></tr>`
  );
  const texts = rows.flatMap(({ name, fires, places }) =>
    [[], ...places.slice(1)].map((_, i) => [
      i === 0 ? visible(name) : "",
      i === 0 ? visible(fires) : "",
      places[i] ? plainText(places[i]) : "",
    ])
  );
  return {
    "text/html": `<table><caption>${between(visible(title))}</caption>\n${
      lines.join("\n")
    }\n</table>`,
    "text/plain": [visible(title), ...alignedLines(texts)].join("\n"),
  };
}

/** `once upon a[ time], (4.76)`, with the token marked. */
function markedText({ before, token, after, activation }: FiringPlace, top: number): string {
  const depth = (0.15 + 0.6 * activation / top).toFixed(2);
  const [left, fires, right] = [before, token, after].map((part) => between(visible(part)));
  const style = attribute(`background:rgba(240,128,107,${depth})`);
  return `${left}<mark style="${style}">${fires}</mark>${right} (${activation.toFixed(2)})`;
}

function plainText({ before, token, after, activation }: FiringPlace): string {
  return `${visible(`${before}[${token}]${after}`)} (${activation.toFixed(2)})`;
}
