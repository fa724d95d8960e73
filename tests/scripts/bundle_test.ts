// sh scripts/run.sh bundle, without what takes minutes.
import { assertEquals } from "@std/assert";
import { isIdle } from "../../scripts/bundle/packages.ts";

Deno.test("isIdle() drops source maps and programs for other systems alone", () => {
  const idle = (path: string) => isIdle(`/x/npm/${path}`, "x64");
  assertEquals(idle("webgpu/0.6.2/dist/linux-x64/dawn.node"), false);
  assertEquals(idle("webgpu/0.6.2/dist/linux-arm64/dawn.node"), true);
  assertEquals(idle("webgpu/0.6.2/dist/darwin-universal/dawn.node"), true);
  assertEquals(idle("webgpu/0.6.2/dist/win32-x64/dxcompiler.dll"), true);
  assertEquals(idle("vega/6.4.0/build/vega.js"), false);
  assertEquals(idle("vega/6.4.0/build/vega.js.map"), true);
  assertEquals(idle("x/1.0.0/dist/index.js"), false);
});
