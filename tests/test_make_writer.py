import pytest

from chatbot.answer.writers.endpoint import EndpointWriter
from chatbot.answer.writers.hub import HubWriter
from chatbot.arguments import parser
from chatbot.assemble import make_writer
from chatbot.cli import _config
from chatbot.config import Config


@pytest.mark.parametrize(
    ("name", "kind"),
    [("reader", type(None)), ("hub:no/such-model", HubWriter), ("openai:http://127.0.0.1:9/v1#m", EndpointWriter)],
)
def test_each_name_makes_its_writer_without_loading_or_sending_anything(name, kind):
    assert type(make_writer(Config(writer=name))) is kind


@pytest.mark.parametrize("command", [["ask", "x"], ["chat"], ["serve"]])
def test_every_command_that_answers_takes_a_writer(command):
    assert _config(parser().parse_args([*command, "--writer", "hub:x"])).writer == "hub:x"
