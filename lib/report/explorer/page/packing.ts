/** What the page and whoever packs its data agree on. @module */

/** Stands for no place in a list of k: a latent has fewer places than this. */
export const NONE = 255;

/** Activations are told in so many steps of a latent's largest one. */
export const STEPS = 65535;
