"""The word pieces of the embedding model: trained, counted, and texts turned into runs of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from tokenizers import Tokenizer
from tokenizers.models import WordPiece
from tokenizers.normalizers import NFKC, Lowercase
from tokenizers.normalizers import Sequence as Normalizers
from tokenizers.pre_tokenizers import BertPreTokenizer
from tokenizers.trainers import WordPieceTrainer

UNKNOWN = "[UNK]"
MAX_TOKENS = 160
# Letters beyond these are other scripts' strays; a word with one of them is unknown.
ALPHABET = 300
CHUNK = 4096


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every text's pieces, one after the other: text i is `pieces[starts[i] : starts[i + 1]]`."""

    pieces: NDArray[np.int32]
    starts: NDArray[np.int64]  # (texts + 1,)

    def bags(self, places: NDArray[np.int64]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The pieces of these texts, run together, and where each text starts among them."""
        begins, lengths = self.starts[places], self.starts[places + 1] - self.starts[places]
        offsets = np.concatenate([[0], np.cumsum(lengths)[:-1]])
        within = np.arange(lengths.sum()) - np.repeat(offsets, lengths)
        return self.pieces[np.repeat(begins, lengths) + within], offsets


def train_tokenizer(samples: Mapping[str, Sequence[str]], size: int) -> Tokenizer:
    """WordPiece over all languages at once; lower case, letters kept as they are (ä and a stay apart)."""
    tokenizer = Tokenizer(WordPiece(unk_token=UNKNOWN))
    tokenizer.normalizer = Normalizers([NFKC(), Lowercase()])
    tokenizer.pre_tokenizer = BertPreTokenizer()
    trainer = WordPieceTrainer(
        vocab_size=size, special_tokens=[UNKNOWN], limit_alphabet=ALPHABET, min_frequency=2, show_progress=False
    )
    tokenizer.train_from_iterator((text for texts in samples.values() for text in texts), trainer)
    return tokenizer


def tokenize(tokenizer: Tokenizer, texts: Sequence[str]) -> Tokens:
    """Unknown pieces are left out, as they are when the model serves."""
    unknown = tokenizer.token_to_id(UNKNOWN)
    runs: list[NDArray[np.int32]] = []
    for at in range(0, len(texts), CHUNK):
        encoded = tokenizer.encode_batch_fast(list(texts[at : at + CHUNK]), add_special_tokens=False)
        runs += [np.array([piece for piece in one.ids if piece != unknown][:MAX_TOKENS], np.int32) for one in encoded]
    starts = np.concatenate([[0], np.cumsum([len(run) for run in runs])])
    return Tokens(np.concatenate(runs), starts.astype(np.int64))


def frequencies(tokenizer: Tokenizer, samples: Mapping[str, Sequence[str]]) -> NDArray[np.float64]:
    """p(piece), (pieces,): the mean over the languages of its share in each, so that none counts more for its size."""
    shares = []
    for texts in samples.values():
        pieces = tokenize(tokenizer, texts).pieces if texts else np.zeros(0, dtype=np.int32)
        counts = np.bincount(pieces, minlength=tokenizer.get_vocab_size())
        shares.append(counts / max(1, counts.sum()))
    return np.asarray(np.mean(shares, axis=0), dtype=np.float64)
