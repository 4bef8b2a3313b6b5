"""The bilingual tokenizer: the English WordPieces of MiniLM plus Japanese ones, kanji one by one.

MiniLM's own normaliser strips every combining mark, which turns が into か, and knows few kanji. Ours strips only
Latin, Greek and Cyrillic marks, so that English text keeps exactly the pieces it had.
"""

import json
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path

from tokenizers import Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

JAPANESE_PIECES = 7000
MIN_KANJI = 5  # occurrences in the training text; rarer kanji stay unknown
MAX_LENGTH = 256

_JAPANESE = re.compile(r"[\u3005-\u3007\u3041-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff]")
_UNUSED = re.compile(r"\[unused\d+\]")
_SPECIAL = ("[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]")


def base_vocabulary(base: Path) -> list[str]:
    """Return the WordPieces of the starting model, in the order of its embedding rows."""
    vocabulary: dict[str, int] = json.loads((base / "tokenizer.json").read_text(encoding="utf-8"))["model"]["vocab"]
    return sorted(vocabulary, key=vocabulary.__getitem__)


def is_japanese(piece: str) -> bool:
    """Tell whether a WordPiece has a kana or a kanji: its embedding row is learned anew."""
    return bool(_JAPANESE.search(piece))


def build(base: Path, japanese: Sequence[str], out: Path) -> list[str]:
    """Train the Japanese pieces, join them to the base vocabulary and save a standard fast tokenizer.

    Args:
        base: Folder of the starting model.
        japanese: Texts to learn Japanese pieces from.
        out: Folder that receives `tokenizer.json` and `tokenizer_config.json`.

    Returns:
        The vocabulary, in the order of the embedding rows.
    """
    kept = [piece for piece in base_vocabulary(base) if not _UNUSED.fullmatch(piece)]
    known = set(kept)
    new = [piece for piece in _learn(japanese) if piece not in known]
    vocabulary = kept + new[:JAPANESE_PIECES]
    _save(vocabulary, out)
    return vocabulary


def _learn(texts: Sequence[str]) -> list[str]:
    """Return Japanese pieces, the most useful first: frequent kanji, then kana pieces in order of merging."""
    normalise = _normalizer()
    normal = [normalise.normalize_str(text) for text in texts]
    kanji = Counter(char for text in normal for char in text if "\u3400" <= char <= "\u9fff" or char in "々〆〇")
    frequent = [char for char, count in kanji.most_common() if count >= MIN_KANJI]
    kana = (re.sub(r"[^\u3041-\u3096\u30a1-\u30ff\u31f0-\u31ff]+", " ", text) for text in normal)
    pieces = _learn_kana(kana, JAPANESE_PIECES)
    return frequent[: JAPANESE_PIECES * 2 // 3] + [piece for piece in pieces if is_japanese(piece)]


def _learn_kana(texts: Iterable[str], size: int) -> list[str]:
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.WhitespaceSplit(), _kana_runs()])
    trainer = trainers.WordPieceTrainer(vocab_size=size, min_frequency=20, special_tokens=["[UNK]"])
    tokenizer.train_from_iterator(texts, trainer)
    vocabulary = tokenizer.get_vocab()
    return sorted(vocabulary, key=vocabulary.__getitem__)


def _kana_runs() -> pre_tokenizers.PreTokenizer:
    """Katakana, hiragana and everything else never share a WordPiece: 「AIは」 begins with the English "ai"."""
    return pre_tokenizers.Split(Regex("[\u30a1-\u30ff]+|[\u3041-\u3096]+"), behavior="isolated")


def _normalizer() -> normalizers.Normalizer:
    return normalizers.Sequence(
        [
            normalizers.NFKC(),
            normalizers.BertNormalizer(clean_text=True, handle_chinese_chars=True, strip_accents=False, lowercase=True),
            normalizers.NFD(),
            normalizers.Replace(Regex("[\u0300-\u036f]"), ""),  # not U+3099 and U+309A: dakuten stay
            normalizers.NFC(),
        ]
    )


def _save(vocabulary: Sequence[str], out: Path) -> None:
    ids = {piece: row for row, piece in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.WordPiece(ids, unk_token="[UNK]", max_input_chars_per_word=100))
    tokenizer.normalizer = _normalizer()
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.BertPreTokenizer(), _kana_runs()])
    tokenizer.decoder = decoders.WordPiece(prefix="##")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0",
        pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1",
        special_tokens=[("[CLS]", ids["[CLS]"]), ("[SEP]", ids["[SEP]"])],
    )
    tokenizer.add_special_tokens(list(_SPECIAL))
    out.mkdir(parents=True, exist_ok=True)
    tokenizer.save(str(out / "tokenizer.json"))
    named = {f"{name.strip('[]').lower()}_token": name for name in _SPECIAL}
    config = {"tokenizer_class": "PreTrainedTokenizerFast", "model_max_length": MAX_LENGTH, **named}
    config["model_input_names"] = ["input_ids", "token_type_ids", "attention_mask"]
    (out / "tokenizer_config.json").write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")
