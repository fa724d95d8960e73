/** A checkpoint in memory, with what was written and refused, for tests of trainings that go on. @module */
import type { Checkpoint } from "../../lib/io/checkpoint.ts";

export function memoryCheckpoint() {
  const kept: { state?: Uint8Array<ArrayBuffer>; writes: number } = { writes: 0 };
  const refused: string[] = [];
  const checkpoint: Checkpoint = {
    read: () => Promise.resolve(kept.state),
    write: (state) => {
      kept.writes++;
      kept.state = Uint8Array.from(state);
      return Promise.resolve();
    },
    refuse: (found) => void refused.push(found),
  };
  return { checkpoint, kept, refused };
}
