// Subgroups are as wide as the CPU's vectors: 8 on most machines, 4 without AVX, 16 where 512 bits are asked for. Kernels
// are written for any width, so the parity tests run once more at width 4.
import { assert, assertEquals } from "@std/assert";
import { fileURLToPath } from "node:url";

// Every kernel against its plain version or PyTorch; what only puts kernels together runs once, at the own width.
const TESTS = [
  "tensor/ops",
  ...["activations", "losses", "coder_test.ts", "fused_loss_test.ts", "latents_test.ts"]
    .map((name) => `crosscoder/${name}`),
  ...["architectures", "parity_test.ts", "kept_rows_test.ts"].map((name) => `model/${name}`),
];

Deno.test({
  name: "every parity test passes at vector width 4",
  ignore: Deno.env.get("LP_NATIVE_VECTOR_WIDTH") !== undefined, // set by this test for its child
  async fn() {
    const root = fileURLToPath(new URL("../..", import.meta.url));
    const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), {
      args: [
        ...["test", "--no-check", "--no-prompt", "--allow-read", "--allow-write", "--allow-env"],
        ...["--allow-run", "--allow-ffi", "--allow-sys", ...TESTS.map((name) => `tests/${name}`)],
      ],
      cwd: root,
      env: { LP_NATIVE_VECTOR_WIDTH: "128", NO_COLOR: "1" },
    }).output();
    const text = new TextDecoder().decode(stdout);
    assertEquals(code, 0, text.slice(-4000) + new TextDecoder().decode(stderr).slice(-2000));
    const passed = Number(/(\d+) passed/.exec(text)?.[1]);
    assert(passed > 300, `expected the parity tests to run but found ${passed} passed`);
  },
});
