import { assertStringIncludes } from "@std/assert";
import { htmlReport } from "../../lib/report/html/page.ts";

Deno.test("htmlReport() keeps two drawings from sharing a clip path", () => {
  const svg =
    '<svg><clipPath id="clip0"><rect width="1"/></clipPath><g clip-path="url(#clip0)"><path d="M0,0h1"/></g></svg>';
  const blocks = ["a", "b"].map((id) => ({ kind: "figure" as const, id, caption: "" }));
  const html = htmlReport("R", [{ id: "s", title: "S", about: {}, blocks }], { a: svg, b: svg });
  assertStringIncludes(
    html,
    '<clipPath id="f0clip0"><rect width="1"/></clipPath><g clip-path="url(#f0clip0)">',
  );
  assertStringIncludes(
    html,
    '<clipPath id="f1clip0"><rect width="1"/></clipPath><g clip-path="url(#f1clip0)">',
  );
});
