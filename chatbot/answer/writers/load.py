"""A chat model of a hub or a folder, on the device that is there, in the precision that it can have."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from importlib.util import find_spec
from typing import Any, Literal

from chatbot.answer.writers import int8
from chatbot.device import pick_device
from chatbot.errors import WriterError, WriterMemory, WriterUnusable

Precision = Literal["auto", "fp32", "bf16", "fp16", "int8", "4bit"]
# While transformers reads weights, torch makes empty tensors for every thread of the process.
_ONE_AT_A_TIME = threading.Lock()
_CHOOSE = "Set writing.precision to auto, or to another."
_OTHER = "Name a chat model with safetensors weights: hub:ORGANISATION/MODEL or hub:FOLDER; see docs/writers.md."


@dataclass(frozen=True, slots=True)
class ChatModel:
    """A model that is ready to write."""

    model: Any
    tokenizer: Any
    device: str
    precision: str
    ends: frozenset[int]
    """Tokens after which there is nothing more to say."""
    control: tuple[str, ...]
    """Texts that the tokenizer would read as control tokens."""
    room: int
    """Tokens that prompt and answer can have together."""


def load(name: str, precision: Precision = "auto") -> ChatModel:
    """Load a chat model; no code of its repository is run, and nothing is read but safetensors.

    Args:
        name: A model id, or a folder, from which nothing is downloaded.
        precision: `auto` is the fastest that is sound on the device.

    Raises:
        WriterError: If there is no such model, it is none for chats, or it cannot be had so.
    """
    writer = f"hub:{name}"
    device = pick_device("auto")
    chosen, options = _options(writer, precision, device)
    from transformers import AutoModelForCausalLM, AutoTokenizer

    try:
        tokenizer = AutoTokenizer.from_pretrained(name, trust_remote_code=False)
        if not getattr(tokenizer, "chat_template", None):
            raise WriterUnusable(writer, "it has no chat template, so it is no chat model", _OTHER)
        with _ONE_AT_A_TIME:
            model = AutoModelForCausalLM.from_pretrained(name, trust_remote_code=False, use_safetensors=True, **options)
        model.eval().requires_grad_(False)
        if "device_map" not in options:
            model = model.to(device)
        if chosen == "int8" and device == "cpu":
            int8.quantise(model)
    except WriterError:
        raise
    except Exception as cause:
        # Loading reaches through five libraries, the network and the file system.
        raise explained(writer, cause) from cause
    return ChatModel(model, tokenizer, device, chosen, _ends(model, tokenizer), _control(tokenizer), _room(model))


def explained(writer: str, cause: BaseException) -> WriterError:
    """Return what a library's error means for whoever chose the writer."""
    import torch

    told = str(cause).strip().split("\n")[0][:300] or type(cause).__name__
    full = isinstance(cause, MemoryError | torch.OutOfMemoryError) or any(
        words in told.lower() for words in ("out of memory", "can't allocate memory", "not enough memory")
    )
    if full:
        return WriterMemory(writer, "there is not enough memory for it", "Choose a smaller model, or set writing.precision.")
    return WriterUnusable(writer, told, _OTHER)


def _options(writer: str, precision: Precision, device: str) -> tuple[str, dict[str, Any]]:
    """Return the precision that is meant and how `from_pretrained` is asked for it."""
    import torch

    chosen = resolve(precision, device)
    if device == "cuda" and chosen in ("int8", "4bit"):
        return chosen, _bitsandbytes(writer, chosen)
    if chosen == "4bit" or (chosen == "int8" and device != "cpu"):
        raise WriterUnusable(writer, f"{chosen} weights are not to be had on {device}", _CHOOSE)
    if chosen == "int8" and not int8.available():
        raise WriterUnusable(writer, "this build of torch has no int8 kernel for this processor", _CHOOSE)
    if chosen == "fp16" and device == "cpu":
        raise WriterUnusable(writer, "fp16 is slower than fp32 on a processor", _CHOOSE)
    kinds = {"fp32": torch.float32, "bf16": torch.bfloat16, "fp16": torch.float16, "int8": torch.bfloat16}
    return chosen, {"dtype": kinds[chosen]}


def resolve(precision: Precision, device: str) -> str:
    """Return the precision that `auto` means on a device."""
    return _best(device) if precision == "auto" else precision


def _best(device: str) -> str:
    import torch

    if device == "cuda":
        return "bf16" if torch.cuda.is_bf16_supported() else "fp16"
    if device == "mps":
        return "fp16"
    # Without its instructions, bfloat16 between the layers would cost more than small weights save.
    return "int8" if int8.available() and torch.ops.mkldnn._is_mkldnn_bf16_supported() else "fp32"


def _bitsandbytes(writer: str, precision: str) -> dict[str, Any]:
    missing = [package for package in ("bitsandbytes", "accelerate") if find_spec(package) is None]
    if missing:
        raise WriterUnusable(
            writer, f"{precision} weights need {' and '.join(missing)}", f"Run pip install {' '.join(missing)}, or choose bf16."
        )
    import torch
    from transformers import BitsAndBytesConfig

    settings: dict[str, Any] = (
        {"load_in_8bit": True} if precision == "int8" else {"load_in_4bit": True, "bnb_4bit_quant_type": "nf4"}
    )
    if precision == "4bit":
        settings["bnb_4bit_compute_dtype"] = torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16
    return {"quantization_config": BitsAndBytesConfig(**settings), "device_map": {"": 0}}


def _ends(model: Any, tokenizer: Any) -> frozenset[int]:
    """Return the end tokens of the model, the tokenizer and the template: small models often name but one of them."""
    named = model.generation_config.eos_token_id
    ends = {*(named if isinstance(named, list | tuple) else [named]), tokenizer.eos_token_id}
    try:
        told = [{"role": "user", "content": "a"}, {"role": "assistant", "content": "zq"}]
        after = tokenizer.apply_chat_template(told, tokenize=False).rpartition("zq")[2]
    except Exception:
        # A template may refuse this conversation; the tokens named above are enough.
        after = ""
    first = tokenizer(after, add_special_tokens=False)["input_ids"][:1]
    ends.update(token for token in first if token in tokenizer.all_special_ids)
    return frozenset(token for token in ends if token is not None)


def _control(tokenizer: Any) -> tuple[str, ...]:
    added = {token.content for token in tokenizer.added_tokens_decoder.values() if token.special}
    return tuple(sorted(added | set(tokenizer.all_special_tokens)))


def _room(model: Any) -> int:
    most = getattr(model.config.get_text_config(), "max_position_embeddings", None)
    return most if isinstance(most, int) and most > 0 else 1 << 20
