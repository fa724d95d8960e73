import { assertEquals } from "@std/assert";
import { causalOrders, setsOf } from "../../../lib/diff/causal/orders.ts";
import { neighbourhood } from "../../../lib/diff/causal/neighbours.ts";

// Latents 0 to 3 fire, 4 does not. 2 turned most, 0 is labelled and 3 too, 1 lowers KL most.
const rows = [
  { latent: 0, x: 0.9, y: 0.8, active: true, relevant: true },
  { latent: 1, x: 0.5, y: 0.95, active: true, relevant: false },
  { latent: 2, x: 0.6, y: 0.1, active: true, relevant: false },
  { latent: 3, x: 0.7, y: 0.2, active: true, relevant: true },
  { latent: 4, x: 0, y: 0, active: false, relevant: false },
];
const truth = [-1, -3, 0.5, -2, -9].map((KL) => ({ KL }));
const fired = [5, 8, 1, 7, 0];

Deno.test("causalOrders() by truth, greedy choice, rotation, label and at random, of latents that fire", () => {
  const orders = causalOrders({ rows, truth, fired, greedy: [3, 1] }, { seed: 0, draws: 2 });
  const named = (name: string) =>
    orders.filter((order) => order.name === name).map(({ latents }) => latents);
  assertEquals(named("truth"), [[1, 3, 0, 2]]);
  assertEquals(named("greedy"), [[3, 1]]);
  assertEquals(named("rotation"), [[2, 3, 0, 1]]);
  assertEquals(named("label"), [[3, 0]]);
  const random = named("random latents");
  assertEquals(random.map((latents) => latents.toSorted()), [[0, 1, 2, 3], [0, 1, 2, 3]]);
  const again = causalOrders({ rows, truth, fired, greedy: [3, 1] }, { seed: 0, draws: 2 });
  assertEquals(again, orders);
});

Deno.test("setsOf() leaves out sizes beyond the end of an order", () => {
  assertEquals(setsOf({ name: "greedy", latents: [3, 1, 2] }, [1, 2, 5]), [
    { size: 1, latents: [3] },
    { size: 2, latents: [3, 1] },
  ]);
});

Deno.test("neighbourhood() sorts by the cosine over all sites, the latent itself first", () => {
  // rows over two sites of one number: 0 and 2 point the same way, 1 the other way, 3 across
  const W_dec = { shape: [4, 2, 1], data: Float32Array.of(1, 1, -1, -1, 5, 4, 1, -1) };
  assertEquals(neighbourhood(W_dec, 0, 3), [0, 2, 3]);
  assertEquals(neighbourhood(W_dec, 1, 9), [1, 3, 2, 0]);
});
