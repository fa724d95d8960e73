// hf:OWNER/NAME[@revision][:file], and what only looks like it.
import { assertEquals, assertThrows } from "@std/assert";
import { staysInside } from "../../../lib/io/hub/names.ts";
import { isCommit, parseHub, sourceText } from "../../../lib/io/hub/source.ts";

const COMMIT = "0123456789abcdef0123456789abcdef01234567";

Deno.test("parseHub() takes a name apart, and sourceText() puts it together", () => {
  const cases: [string, { repo: string; revision: string; file?: string }][] = [
    ["hf:a/b@main", { repo: "a/b", revision: "main" }],
    ["hf:gpt2@main", { repo: "gpt2", revision: "main" }],
    ["hf:a/b-c.d_e@v1.0", { repo: "a/b-c.d_e", revision: "v1.0" }],
    [`hf:a/b@${COMMIT}:x.txt`, { repo: "a/b", revision: COMMIT, file: "x.txt" }],
    ["hf:a/b@refs/pr/3:data/x y@2.txt", {
      repo: "a/b",
      revision: "refs/pr/3",
      file: "data/x y@2.txt",
    }],
  ];
  for (const [text, expected] of cases) {
    const source = parseHub(text, "dataset")!;
    assertEquals(source, { kind: "dataset", ...expected }, text);
    assertEquals(sourceText(source), text);
  }
  assertEquals(parseHub("hf:a/b:c", "model"), {
    kind: "model",
    repo: "a/b",
    revision: "main",
    file: "c",
  });
  assertEquals(
    sourceText(parseHub("hf:a/b:c", "model")!, { revision: COMMIT }),
    `hf:a/b@${COMMIT}:c`,
  );
});

Deno.test("parseHub() leaves paths alone", () => {
  for (const path of ["out/models/ft1", "./hf:a/b", "hf", "/hf:a/b", "C:\\models", ""]) {
    assertEquals(parseHub(path, "model"), undefined, path);
  }
});

Deno.test("parseHub() refuses what names nothing, or something outside the cache", () => {
  const wrong = [
    "hf:",
    "hf:/",
    "hf:a/",
    "hf:/b",
    "hf:a/b/c",
    "hf://a/b",
    "hf:../b",
    "hf:a/..",
    "hf:a/b--c",
    "hf:a/b.git",
    "hf:a b/c",
    "hf:a/b\n",
    "hf:a/b@",
    "hf:a/b@../x",
    "hf:a/b@x/../../y",
    "hf:a/b@/x",
    "hf:a/b@x\\y",
    "hf:a/b@x y",
    "hf:a/b@x?y",
    "hf:a/b@x%2fy",
    "hf:a/b:",
    "hf:a/b:../x",
    "hf:a/b:/etc/passwd",
    "hf:a/b:x/../../y",
    "hf:a/b:x//y",
    "hf:a/b:./x",
    "hf:a/b:x/",
    "hf:a/b:x\\..\\y",
    "hf:a/b:C:x",
    "hf:a/b:x\0",
    "hf:a/b:x\u202e",
    `hf:a/b:${"x".repeat(1001)}`,
    `hf:a/${"b".repeat(97)}`,
  ];
  for (const text of wrong) {
    const error = assertThrows(() => parseHub(text, "model"), RangeError, "Cannot read", text);
    assertEquals(/[\n\0\u202e]/.test(error.message), false);
  }
});

Deno.test("staysInside() takes what repositories hold, and isCommit() whole commits alone", () => {
  for (
    const path of ["config.json", "a/b/c.txt", "..a/b..", ".gitattributes", "ä ö/-x+y,z(1).txt"]
  ) {
    assertEquals(staysInside(path), true, path);
  }
  assertEquals([COMMIT, COMMIT.slice(1), COMMIT.toUpperCase(), "main"].map(isCommit), [
    true,
    false,
    false,
    false,
  ]);
});
