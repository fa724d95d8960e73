// What `deno task notebooks --check` calls the same; the notebooks themselves are run in tests/notebooks.
import { assert, assertEquals, assertThrows } from "@std/assert";
import { difference, differences } from "../../scripts/notebooks/compare.ts";
import type { Message } from "../../scripts/notebooks/execute.ts";
import { checkDeno } from "../../scripts/notebooks/kernel_spec.ts";

Deno.test("difference() lets the third digit pass, and what a live line says of its pace, and nothing else", () => {
  const line = "x  ████  8 of 8, loss 2.013";
  assertEquals(
    difference(`${line}, 35 steps a second, 4 s`, `${line}, 7.5 steps a second, 1 min 2 s`),
    undefined,
  );
  assertEquals(difference(line, line.replace("2.013", "2.2")), undefined);
  assert(difference(line, line.replace("8 of 8", "7 of 8")));
  assertEquals(difference("FVU   0.2013", "FVU  0.201"), undefined);
  assertEquals(difference("FVU 0.201", "FVU 0.204"), "stored 0.201, now 0.204");
  assertEquals(difference("ρ -0.5", "ρ 0.5"), "stored -0.5, now 0.5");
  assert(difference("accepted", "rejected"));
  assert(difference("1 of 2", "1 of 2 3"));
});

/** A display, and its update. */
function shown(text: string, display_id?: string, update = false): Message {
  const type = update ? "update_display_data" : "display_data";
  return { type, seconds: 0, content: { data: { "text/plain": text }, transient: { display_id } } };
}

/** A notebook of two cells that stores these texts. */
function notebook(...texts: string[]) {
  const cell = (text: string) => ({
    cell_type: "code",
    source: "",
    outputs: [{ data: { "text/plain": text.split(/(?<=\n)/) } }],
  });
  return { cells: texts.map(cell) };
}

Deno.test("differences() compares what each cell showed last, cell by cell", () => {
  const stored = notebook("adapter  llvmpipe 8", "loss 2");
  const cells = (loss: string) => [
    { source: "", messages: [shown("adapter  llvmpipe 8")] },
    { source: "", messages: [shown("loss 9", "a"), shown(loss, "a", true)] },
  ];
  assertEquals(differences(stored, cells("loss 2")), { differing: [] });
  assertEquals(differences(stored, cells("loss 3")).differing, ["cell 2: stored 2, now 3"]);
  assertEquals(differences(stored, cells("").slice(0, 1)).differing, [
    "cell 2: it was not reached",
  ]);
});

Deno.test("differences() compares no numbers of another adapter, and says so", () => {
  const cells = [{ source: "", messages: [shown("adapter  radv 64\nloss 3")] }];
  assertEquals(differences(notebook("adapter  llvmpipe 8\nloss 2"), cells), {
    differing: [],
    otherAdapter: "stored outputs are of llvmpipe 8, this is radv 64",
  });
});

Deno.test("checkDeno() refuses kernels that report failed cells as fine", () => {
  for (const version of ["2.9.5", "2.9.10", "2.10.0", "3.0.0"]) checkDeno(version);
  for (const version of ["2.9.4", "2.8.9", "1.46.3"]) {
    assertThrows(
      () => checkDeno(version),
      Error,
      `expected Deno 2.9.5 or newer but found ${version}`,
    );
  }
});
