import { assertStringIncludes } from "@std/assert";
import { htmlReport } from "../../lib/report/html.ts";

Deno.test("htmlReport() keeps two drawings from sharing a clip path", () => {
  const svg = '<svg><clipPath id="clip0"></clipPath><g clip-path="url(#clip0)"></g></svg>';
  const blocks = ["a", "b"].map((id) => ({ kind: "figure" as const, id, caption: "" }));
  const html = htmlReport("R", [{ id: "s", title: "S", about: {}, blocks }], { a: svg, b: svg });
  assertStringIncludes(html, '<clipPath id="a-clip0"></clipPath><g clip-path="url(#a-clip0)">');
  assertStringIncludes(html, '<clipPath id="b-clip0"></clipPath><g clip-path="url(#b-clip0)">');
});
