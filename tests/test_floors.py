"""The shape of the package: floors, sizes, public names, and no file format that can run code."""

import ast
from pathlib import Path

import pytest

import chatbot

PACKAGE = Path(chatbot.__file__).parent
FILES = sorted(PACKAGE.rglob("*.py"))
FLOOR = {
    **dict.fromkeys("arguments bert config device discourse errors facts grounds integrity".split(), 0),
    **dict.fromkeys("language protocols spoken types".split(), 0),
    **dict.fromkeys(("ingest", "retrieve", "answer", "voice"), 1),
    "pipeline": 2,
    "assemble": 3,
    **dict.fromkeys(("serve", "train", "evaluate"), 4),
    "cli": 5,
    # The package itself only hands out what is above it.
    "__init__": 6,
}
MAX_MODULE, MAX_FUNCTION = 300, 40
PICKLERS = {"pickle", "cloudpickle", "dill", "joblib", "shelve"}


def named(path):
    return path.relative_to(PACKAGE).as_posix()


def floor_name(path):
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(tree):
    """Yield the floors' names in every import, lazy ones and those for types included."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name.split(".")[1] for alias in node.names if alias.name.startswith("chatbot."))
        elif isinstance(node, ast.ImportFrom) and node.level:
            yield "a relative import"
        elif isinstance(node, ast.ImportFrom) and node.module == "chatbot":
            yield from (alias.name for alias in node.names if alias.name != "__version__")
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("chatbot."):
            yield node.module.split(".")[1]


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def test_every_module_has_a_floor():
    assert {floor_name(path) for path in FILES} <= set(FLOOR)


@pytest.mark.parametrize("path", [path for path in FILES if floor_name(path) != "__init__"], ids=named)
def test_imports_only_go_down(path):
    here = floor_name(path)
    there = set(imported(parsed(path))) - {here}
    assert there <= set(FLOOR)
    assert not {name for name in there if FLOOR[name] > 0 and FLOOR[name] >= FLOOR[here]}


@pytest.mark.parametrize("path", FILES, ids=named)
def test_modules_and_functions_are_short(path):
    source = path.read_text(encoding="utf-8")
    assert len(source.splitlines()) <= MAX_MODULE
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert not [node.name for node in functions if node.end_lineno - node.lineno + 1 > MAX_FUNCTION]


@pytest.mark.parametrize("path", FILES, ids=named)
def test_nothing_is_pickled(path):
    for node in ast.walk(parsed(path)):
        if isinstance(node, ast.Import):
            assert not {alias.name.split(".")[0] for alias in node.names} & PICKLERS
        elif isinstance(node, ast.ImportFrom):
            assert (node.module or "").split(".")[0] not in PICKLERS
        elif isinstance(node, ast.Call):
            assert not ast.unparse(node.func).endswith(("torch.load", "pickle.load", "pickle.loads"))
            allowed = [word.value for word in node.keywords if word.arg == "allow_pickle"]
            assert all(isinstance(value, ast.Constant) and value.value is False for value in allowed)


def test_only_one_module_knows_the_concrete_classes():
    concrete = {"SentenceEncoder", "OwnEncoder", "DenseSearcher", "LexicalSearcher", "HybridSearcher", "CrossReader"}
    concrete |= {"SentenceReranker", "ExaminedReranker", "NearnessJudge", "MeanJudge"}
    for path in FILES:
        if floor_name(path) not in ("assemble", "train"):
            called = {ast.unparse(node.func) for node in ast.walk(parsed(path)) if isinstance(node, ast.Call)}
            assert not called & concrete


def test_the_public_names_are_these():
    assert chatbot.__all__ == ["Chatbot", "Config", "Turn", "__version__", "open_chatbot"]
    assert all(getattr(chatbot, name) is not None for name in chatbot.__all__)


def test_an_unknown_public_name_is_an_attribute_error():
    with pytest.raises(AttributeError, match="no attribute 'open_chatbots'"):
        _ = chatbot.open_chatbots
