"""Models run on the fastest device that is there, or on the one that is named."""

import pytest

from chatbot.device import pick_device
from chatbot.errors import ModelError


@pytest.fixture
def machine(monkeypatch):
    """Say which devices the machine has."""

    def has(cuda=False, mps=False):
        monkeypatch.setattr("torch.cuda.is_available", lambda: cuda)
        monkeypatch.setattr("torch.backends.mps.is_available", lambda: mps)

    return has


@pytest.mark.parametrize(
    ("there", "picked"), [({}, "cpu"), ({"cuda": True}, "cuda"), ({"mps": True}, "mps"), ({"cuda": True, "mps": True}, "cuda")]
)
def test_the_fastest_device_that_is_there_is_picked(machine, there, picked):
    machine(**there)
    assert pick_device("auto") == picked


@pytest.mark.parametrize("name", ["cuda", "mps"])
def test_a_device_is_used_if_it_is_there_and_told_if_not(machine, name):
    machine(**{name: True})
    assert (pick_device(name), pick_device("cpu")) == (name, "cpu")
    machine()
    with pytest.raises(ModelError, match=f"{name}.*no such device"):
        pick_device(name)
