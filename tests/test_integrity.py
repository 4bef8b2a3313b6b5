"""The weights that come with the program: altered or missing ones are refused by name, and none of them can run code."""

import hashlib
import json
from pathlib import Path

import pytest

import chatbot
from chatbot.errors import ModelError, WeightsDamaged
from chatbot.integrity import SUMS, digest, verify

WEIGHTS = Path(chatbot.__file__).parent / "weights"
SEALED = sorted(path.parent for path in WEIGHTS.glob(f"*/{SUMS}"))
REMEDY = "Restore the file: git checkout -- chatbot/weights in a checkout, or install openstance again."


@pytest.fixture
def sealed(tmp_path):
    """A folder of two files and their seal, written as `sha256sum` does."""
    contents = {"first.safetensors": b"a" * 100_000, "second.safetensors": b""}
    for name, content in contents.items():
        (tmp_path / name).write_bytes(content)
    lines = [f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in contents.items()]
    (tmp_path / SUMS).write_text("".join(lines), encoding="utf-8")
    return tmp_path


def test_whole_files_pass(sealed):
    verify(sealed)


@pytest.mark.parametrize("place", [0, 50_000, -1])
def test_one_altered_byte_is_told_with_the_file_and_the_remedy(sealed, place):
    file = sealed / "first.safetensors"
    content = bytearray(file.read_bytes())
    content[place] ^= 1
    file.write_bytes(content)
    with pytest.raises(WeightsDamaged) as told:
        verify(sealed)
    assert str(file) in str(told.value)
    assert "its content was altered" in str(told.value)
    assert str(told.value).endswith(REMEDY)


@pytest.mark.parametrize("content", [b"", b"a" * 99_999, b"a" * 100_001])
def test_a_file_cut_short_or_longer_is_told(sealed, content):
    (sealed / "first.safetensors").write_bytes(content)
    with pytest.raises(WeightsDamaged, match="first.safetensors"):
        verify(sealed)


def test_a_missing_file_is_told_with_the_file_and_the_remedy(sealed):
    (sealed / "second.safetensors").unlink()
    with pytest.raises(WeightsDamaged) as told:
        verify(sealed)
    assert str(sealed / "second.safetensors") in str(told.value)
    assert "No such file" in str(told.value)
    assert str(told.value).endswith(REMEDY)


def test_a_folder_in_the_place_of_a_file_is_told(sealed):
    (sealed / "second.safetensors").unlink()
    (sealed / "second.safetensors").mkdir()
    with pytest.raises(WeightsDamaged, match="second.safetensors"):
        verify(sealed)


@pytest.mark.parametrize("line", ["garbage", "", "0" * 64 + "  ../first.safetensors"])
def test_a_seal_that_was_altered_is_told(sealed, line):
    (sealed / SUMS).write_text(line + "\n", encoding="utf-8")
    with pytest.raises(WeightsDamaged):
        verify(sealed)


def test_a_folder_without_a_seal_is_somebody_elses_and_passes(sealed):
    (sealed / SUMS).unlink()
    (sealed / "first.safetensors").unlink()
    verify(sealed)


def test_damaged_weights_are_a_model_that_cannot_be_loaded():
    assert issubclass(WeightsDamaged, ModelError)


# --- those of the package --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("folder", SEALED, ids=lambda folder: folder.name)
def test_the_packages_weights_are_what_was_sealed(folder):
    lines = (folder / SUMS).read_text(encoding="utf-8").splitlines()
    told = {name: sums for sums, _, name in (line.partition("  ") for line in lines)}
    assert set(told) == {path.name for path in folder.glob("*.safetensors")}
    assert told == {name: digest(folder / name) for name in told}
    verify(folder)


@pytest.mark.parametrize(
    "folder", [folder for folder in SEALED if (folder / "layers.safetensors").is_file()], ids=lambda folder: folder.name
)
def test_the_packages_shards_are_those_its_list_names(folder):
    held = json.loads((folder / "model.safetensors.index.json").read_text("utf-8"))["weight_map"]
    files = {(folder / name).resolve() for name in held.values()}
    assert all(file.is_file() and WEIGHTS in file.parents for file in files)
    assert {path.resolve() for path in folder.glob("*.safetensors")} <= files


def test_encoder_reader_and_clearer_are_there_and_sealed():
    assert {"encoder", "reader", "clearer"} <= {folder.name for folder in SEALED}


def test_nothing_among_the_weights_can_run():
    files = [path for path in WEIGHTS.rglob("*") if path.is_file()]
    assert {path.suffix for path in files} <= {".safetensors", ".json", ".md", ".xz", ""}
    assert {path.name for path in files if not path.suffix} <= {SUMS}


@pytest.mark.parametrize("file", sorted(WEIGHTS.rglob("*config.json")), ids=lambda file: f"{file.parent.name}/{file.name}")
def test_no_configuration_names_code(file):
    def keys(value):
        if isinstance(value, dict):
            yield from value
            for inner in value.values():
                yield from keys(inner)

    assert not {"auto_map", "custom_pipelines", "trust_remote_code"} & set(keys(json.loads(file.read_text("utf-8"))))


def test_the_modules_of_the_encoder_are_those_of_sentence_transformers():
    modules = json.loads((WEIGHTS / "encoder" / "modules.json").read_text("utf-8"))
    assert all(module["type"].startswith("sentence_transformers.") for module in modules)
