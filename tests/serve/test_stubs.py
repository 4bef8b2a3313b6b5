"""Importing Gradio must not write into the folder of the installed package, nor take the time for it."""

import subprocess
import sys

ASKED = """
import sys
from chatbot.serve.stubs import leave_stubs

leave_stubs()
leave_stubs()
before = len(sys.meta_path)
opened = []
sys.addaudithook(lambda event, told: opened.append(str(told[0])) if event == "open" and str(told[0]).endswith(".pyi") else None)
import gradio as gr

leave_stubs()
with gr.Blocks():
    box = gr.Textbox("kept")
    box.change(lambda value: value, box, box)
print(before - len(sys.meta_path), opened, box.value)
"""


def test_gradio_is_imported_whole_and_touches_no_stub():
    told = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, timeout=120, check=True)
    assert told.stdout.split("\n")[-2] == "0 [] kept"


def test_without_it_gradio_would_open_its_stubs():
    told = subprocess.run(
        [sys.executable, "-c", ASKED.replace("leave_stubs()", "")], capture_output=True, text=True, timeout=120, check=True
    )
    assert ".pyi" in told.stdout
