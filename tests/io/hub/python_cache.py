"""Does Python's huggingface_hub find what crosslab left in the cache, and what did it leave there itself?

    HF_HUB_CACHE=... HF_ENDPOINT=... python tests/io/hub/python_cache.py find|fetch REPO

`find` asks nothing and prints the files of the snapshot, their sizes, and where the snapshot is; `fetch` downloads it.
Written with huggingface_hub 2.4.0. The test that runs it skips where there is none.
"""
import json
import os
import sys

os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
if sys.argv[1] == "find":
    os.environ["HF_HUB_OFFLINE"] = "1"

from huggingface_hub import hf_hub_download, scan_cache_dir, snapshot_download  # noqa: E402

repo = sys.argv[2]
folder = snapshot_download(repo, local_files_only=sys.argv[1] == "find")
files = {}
for base, _, names in os.walk(folder):
    for name in names:
        path = os.path.join(base, name)
        files[os.path.relpath(path, folder).replace(os.sep, "/")] = os.path.getsize(path)
one = hf_hub_download(repo, "config.json", local_files_only=True)
scan = scan_cache_dir()
print(json.dumps({
    "folder": folder,
    "files": files,
    "config": os.path.relpath(one, folder),
    "refs": sorted(ref for r in scan.repos for v in r.revisions for ref in v.refs),
    "warnings": [str(w) for w in scan.warnings],
}))
