"""Executes a notebook on Deno's Jupyter kernel and prints, as JSON, every message that each cell sent.

    python run_notebook.py 00-tour.ipynb [--cwd DIR] [--parameters CODE] [--cells N] [--interrupt TEXT] [--write]

The kernel is the one named deno on JUPYTER_PATH.
--parameters replaces the cell tagged "parameters" while executing; --cells stops after so many code cells.
--interrupt interrupts the kernel in the cells that hold TEXT, a second after their work is under way: they have shown
something three times, and what is made before a first step is made. Execution then goes on with the next cell.
--write stores the outputs in the notebook. The bare chart is left out there: the HTML beside it holds it, too.

The kernel says "idle" before its output is out (Deno 2.9), so each cell is read until nothing has come for 0.3 s.
"""
import argparse
import json
import os
import queue
import sys
import tempfile
import threading
import time

import nbformat
from jupyter_client.manager import KernelManager

QUIET = 0.3
UNDER_WAY, LATER = 3, 1
CHART = "application/vnd.vegalite.v5+json"
SHOWN = ("display_data", "update_display_data", "execute_result", "stream", "error")


def run_cell(client, source, timeout, interrupt=None):
    """The messages of a cell, each with the seconds since it was started, and the seconds at which it was interrupted."""
    started, called = time.monotonic(), []

    def call():
        called.append(round(time.monotonic() - started, 3))
        interrupt()

    client.execute(source)
    messages, idle = [], False
    while True:
        try:
            message = client.get_iopub_msg(timeout=QUIET if idle else timeout)
        except queue.Empty:
            if idle:
                return messages, called
            raise TimeoutError(f"Cannot go on: the cell was silent for {timeout} s: {source}") from None
        kind, content = message["msg_type"], message["content"]
        if kind == "status":
            idle = idle or content["execution_state"] == "idle"
        elif kind in SHOWN:
            seconds = round(time.monotonic() - started, 3)
            messages.append({"type": kind, "content": content, "seconds": seconds})
            if interrupt is not None and len(messages) == UNDER_WAY:
                threading.Timer(LATER, call).start()


def outputs_of(messages):
    """What a notebook stores: displays as they were last updated, charts left out."""
    outputs, by_id = [], {}
    for message in messages:
        kind, content = message["type"], dict(message["content"])
        transient = content.pop("transient", {})
        display = transient.get("display_id")
        if "data" in content:
            content["data"] = {k: v for k, v in content["data"].items() if k != CHART}
        if kind == "update_display_data":
            by_id[display]["data"] = content["data"]
            continue
        output = nbformat.v4.new_output(kind, **content)
        if display:
            by_id[display] = output
        outputs.append(output)
    return outputs


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("notebook")
    parser.add_argument("--cwd")
    parser.add_argument("--parameters")
    parser.add_argument("--cells", type=int)
    parser.add_argument("--interrupt", metavar="TEXT")
    parser.add_argument("--timeout", type=float, default=300)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    notebook = nbformat.read(args.notebook, as_version=4)
    nbformat.validate(notebook)
    cells = [cell for cell in notebook.cells if cell.cell_type == "code"][:args.cells]
    report = []
    with tempfile.TemporaryDirectory() as folder:
        manager = KernelManager(kernel_name="deno", connection_file=os.path.join(folder, "connection.json"))
        manager.start_kernel(cwd=args.cwd or os.path.dirname(os.path.abspath(args.notebook)))
        client = manager.blocking_client()
        try:
            client.start_channels()
            client.wait_for_ready(timeout=60)
            for count, cell in enumerate(cells, 1):
                tagged = "parameters" in cell.metadata.get("tags", [])
                source = args.parameters if tagged and args.parameters is not None else cell.source
                interrupted = args.interrupt is not None and args.interrupt in source
                interrupt = manager.interrupt_kernel if interrupted else None
                messages, called = run_cell(client, source, args.timeout, interrupt)
                report.append({"source": source, "messages": messages, "interrupts": called})
                cell.execution_count, cell.outputs = count, outputs_of(messages)
                if any(message["type"] == "error" for message in messages) and not interrupted:
                    break  # later cells build on this one
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)
    failed = any(message["type"] == "error" for cell in report for message in cell["messages"])
    if args.write and not failed and args.cells is None:
        nbformat.write(notebook, args.notebook)
    json.dump(report, sys.stdout)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
