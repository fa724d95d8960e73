import { assert, assertEquals } from "@std/assert";
import { createPace } from "../../lib/tensor/pace.ts";

Deno.test("createPace() keeps to 0.15 s of steps where two runs of them are told at once", () => {
  const clock = performance.now.bind(performance), stepMs = 3;
  let now = 0;
  performance.now = () => now;
  try {
    const pace = createPace(), counts: number[] = [];
    for (let look = 0; look < 20; look++) {
      const [first, second] = [pace.next(), pace.next()];
      now += stepMs * (first + second);
      pace.done(first);
      pace.done(second);
      counts.push(pace.next());
    }
    assertEquals(counts.at(-1), 150 / stepMs);
    assert(counts.every((count) => count <= 3 * 150 / stepMs), counts.join());
  } finally {
    performance.now = clock;
  }
});
