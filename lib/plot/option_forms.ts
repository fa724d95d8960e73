/** Options that figures share. @module */
import { type Form, list, maybe, number, text, where, whole } from "../io/form.ts";

/** A width or a height. */
export const PIXELS = maybe(number({ above: 0, most: 20_000 }));

/** Panels in a row. */
export const COLUMNS = maybe(whole(1, 100));

/** A title, and the lines below it. */
export const TITLES = { title: maybe(text), subtitle: maybe(list(text)) };

/** Both ends of an axis. */
export const DOMAIN: Form<[number, number]> = where(
  "two finite numbers, the lower first",
  (x) => Array.isArray(x) && x.length === 2 && x.every(Number.isFinite) && x[0] < x[1],
);
