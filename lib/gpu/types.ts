/** Types that signatures of this room name, for whoever writes them down. @module */
export type { BACKENDS, TOGGLES } from "./dawn.ts";
export type { Memory, PendingWork, Storage } from "./memory.ts";
export type { Pretended } from "./open.ts";
export type { Texels, TextureMemory } from "./textures.ts";
export type { Binding } from "./wgsl.ts";
