"""Models that several tests write with, saved once; the modules beside the tests are importable in any import mode."""

import sys
from pathlib import Path

import pytest
import torch

sys.path.append(str(Path(__file__).parent))

from tiny_chats import save


@pytest.fixture(scope="session")
def saved(tmp_path_factory):
    """Return the folder of a tiny model of one architecture."""
    folder = tmp_path_factory.mktemp("chats")
    made = {}

    def of(kind, template=True):
        if (kind, template) not in made:
            made[kind, template] = save(kind, folder / f"{kind}{'' if template else '-plain'}", template)
        return str(made[kind, template])

    return of


@pytest.fixture(autouse=True)
def one_thread():
    torch.set_num_threads(1)
