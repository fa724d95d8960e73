// Fixture: tests/fixtures/ops.py: five steps of PyTorch's Adam and AdamW (weight decay 0.1) with clip_grad_norm_ at 1 and
// a warm-up of 2 and a decay of 3 steps; gradients large enough to be clipped in some steps and not in others.
import { assert, assertEquals } from "@std/assert";
import { record } from "../../lib/gpu/program.ts";
import { createParameters } from "../../lib/tensor/parameters.ts";
import { warmupDecay } from "../../lib/tensor/schedule.ts";
import { appendUpdate, createTraining } from "../../lib/tensor/training.ts";
import { assertClose, fixture, fixtureOptions } from "../util.ts";
import { devices } from "./gpu_util.ts";

const pt = await fixture("ops");
const { gpu } = devices[0];
// deno-lint-ignore no-explicit-any
const { optimiser, schedule } = await fixtureOptions<any>("ops");

for (const kind of ["adam", "adamw"]) {
  Deno.test(`appendUpdate() takes the steps of PyTorch's ${kind}, clipped and scheduled`, async () => {
    const of = (name: string) => pt[`${kind}.${name}`];
    const parameters = createParameters(gpu, { W: of("W"), b: of("b") });
    const { steps, lr, max_norm: clip, warmup, decay } = optimiser;
    const rate = warmupDecay({ peak: lr, steps, warmup: warmup / steps, decay: decay / steps });
    const training = createTraining(gpu, parameters, {
      steps,
      rate,
      clip,
      weightDecay: kind === "adamw" ? optimiser.weight_decay : 0,
    });
    const program = record(gpu, kind, () => appendUpdate(training));
    for (let step = 0; step < steps; step++) {
      for (const name of ["W", "b"]) {
        const { data } = of(`grad.${name}`), size = data.length / steps;
        parameters.tensors[name].gradSlot!.write(data.slice(step * size, (step + 1) * size));
      }
      program.run();
    }
    const log = await training.log.read();
    const norms = Array.from({ length: steps }, (_, i) => log[12 * i + 8]);
    assertClose(norms, of("norms"), { name: "norms", rtol: 1e-6 });
    assert(
      norms.some((norm) => norm > clip) && norms.some((norm) => norm < clip),
      "both cases occur",
    );
    for (const name of ["W", "b"]) {
      assertClose(await parameters.tensors[name].read(), of(`after.${name}`), { name, rtol: 1e-6 });
    }
    const rates = Array.from({ length: steps }, (_, i) => rate(i + 1));
    assertClose(rates, of("lrs"), { name: "rates", rtol: 1e-6 });
  });
}

Deno.test("warmupDecay() is the schedule of the fixture", () => {
  const { n, warmup, decay } = schedule;
  const peak = Math.max(...pt["schedule.lrs"].data);
  const rate = warmupDecay({ peak, steps: n, warmup: warmup / n, decay: decay / n });
  const found = Array.from({ length: n }, (_, i) => rate(i + 1));
  assertClose(found, pt["schedule.lrs"], { name: "rates", rtol: 1e-6 });
  assertEquals(rate(n + 1), 0);
});
