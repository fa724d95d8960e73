/** Types that signatures of this room name, for whoever writes them down. @module */
export type {
  Contexts,
  Density,
  Groups,
  Profile,
  Ranked,
  StageNote,
  Transition,
} from "./explorer/data.ts";
export type { Compared } from "./line.ts";
export type { TableBlock } from "./section.ts";
