import { assertEquals, assertThrows } from "@std/assert";
import { latentsBy, stackedVector } from "../../../lib/diff/methods/directions.ts";

Deno.test("latentsBy() ranks by falling score, equal ones in order, and leaves NaN out", () => {
  const { directions, scores } = latentsBy([1, NaN, 3, 1]);
  assertEquals(directions.map((d) => d.kind === "latent" && d.latent), [2, 0, 3]);
  assertEquals(scores, [3, 1, 1]);
});

Deno.test("stackedVector() has norm 1 over all hooks and leaves out those where it is zero", () => {
  const direction = stackedVector(["a", "b", "c"], [3, 0, 0, 0, 0, 4]);
  assertEquals(
    direction.kind === "vector" && [...direction.at],
    [["a", Float32Array.of(0.6, 0)], ["c", Float32Array.of(0, 0.8)]],
  );
  assertThrows(() => stackedVector(["a"], [0, 0]), RangeError, "a norm of 0");
  assertThrows(() => stackedVector(["a"], [NaN, 0]), RangeError, "a norm of NaN");
});
