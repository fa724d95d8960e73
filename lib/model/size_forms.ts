/**
 * What the sizes of a language model can be, in our configuration and in Hugging Face's.
 * @module
 */
import { number, whole } from "../io/form.ts";

/** A width or a count: beyond it no tensor fits any GPU. */
export const SIZE = whole(1, 2 ** 24);
export const LAYERS = whole(1, 1000);
/** What layer norm adds to the variance. */
export const EPS = number({ above: 0, below: 1 });
