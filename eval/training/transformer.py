"""Makes `app/weights/transformer/` again: `python -m eval train transformer --start e5-small-q4.bin --parallel DIR`.

The last layers of multilingual-e5-small learn that a question stands near the section that answers it, in whatever of
the three languages either is. The layers below stay as they are: what they say of each text is worked out once.
"""

from __future__ import annotations

import json
import logging
import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from tokenizers import Tokenizer
from torch import Tensor, nn
from torch.nn.functional import normalize
from transformers import BertConfig, BertModel

from app.domain import LANGUAGES
from app.table import MODEL_FILE, TOKENIZER_FILE, digest_of_files
from app.transformer import FILES, TRANSFORMER
from app.word_pieces import GRAPH_FILE, PASSAGE, QUESTION, ROWS_FILE
from eval.cases import Case
from eval.training.corpus import read_rows
from eval.training.graph import packed, write_graph
from eval.training.lessons import Lesson, Lessons, read_lessons
from eval.training.smoothing import Reached, reached
from eval.training.start import SPECIALS, Start, read_start

NAME = "espoo-transformer-1"
_SEED = 20261129
WATCHED = 150  # questions, and as many sections, before the weights are rounded
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Settings:
    """`frozen` layers are not taught. The others end as `mixed` of what was taught and the rest of what they were: on
    left-out topics that finds more than either (arXiv 2109.01903). `fresh`: sections whose text is read anew in a step,
    as it teaches too; the others' vectors are those of the last time. `rare`: pieces met less often in the parallel
    texts are left out, where the project's own texts have none of them. Longest texts are in pieces.
    """

    frozen: int = 8
    mixed: float = 0.6
    epochs: int = 2
    batch: int = 64
    fresh: int = 16
    rate: float = 1e-4
    sharpness: float = 50.0  # of the cosines in the first step; it is learned
    rare: int = 5
    question: int = 96
    passage: int = 160
    served: int = 256


@dataclass(frozen=True, slots=True)
class States:
    """What the frozen layers say of texts: all their pieces in a row, (pieces, hidden) float16, and where each ends."""

    pieces: NDArray[np.float16]
    ends: NDArray[np.int64]

    def of(self, places: Sequence[int]) -> tuple[Tensor, Tensor]:
        """States (texts, pieces, hidden) and which are there (texts, pieces)."""
        lengths = [int(self.ends[place + 1] - self.ends[place]) for place in places]
        states = torch.zeros(len(places), max(lengths), self.pieces.shape[1])
        there = torch.zeros(len(places), max(lengths))
        for row, (place, length) in enumerate(zip(places, lengths, strict=True)):
            states[row, :length] = torch.from_numpy(self.pieces[self.ends[place] : self.ends[place + 1]]).float()
            there[row, :length] = 1
        return states, there

    def length(self, place: int) -> int:
        return int(self.ends[place + 1] - self.ends[place])


class Upper(nn.Module):
    """The layers that are taught."""

    def __init__(self, model: BertModel, settings: Settings) -> None:
        super().__init__()
        self.layers = model.encoder.layer[settings.frozen :]
        self.sharpness = nn.Parameter(torch.tensor(settings.sharpness).log())

    def forward(self, states: Tensor, there: Tensor) -> Tensor:
        """Unit vectors (texts, hidden)."""
        for layer in self.layers:
            states = _through(layer, states, there)
        return normalize((states * there[..., None]).sum(1) / there.sum(1, keepdim=True), dim=1)


def train_transformer(
    start: Path,
    parallel: Path,
    knowledge: Path,
    cases: Sequence[Case],
    left_out: frozenset[str],
    out: Path = TRANSFORMER,
    settings: Settings | None = None,
) -> dict[str, float]:
    """Learn, and write everything but the card and the passages' vectors; return the last loss and the sizes."""
    settings = settings or Settings()
    torch.manual_seed(_SEED)
    begun, lessons = read_start(start), read_lessons(knowledge, cases, left_out)
    kept = _kept(begun, lessons, parallel, settings.rare)
    model = _model(begun, kept)
    tokenizer = begun.tokenizer(kept)
    asked = [QUESTION + lesson.text for lesson in lessons.asked]
    questions = _states(model, tokenizer, asked, settings.frozen, settings.question)
    passages = [PASSAGE + text for text in lessons.texts]
    sections = _states(model, tokenizer, passages, settings.frozen, settings.passage)
    upper = Upper(model, settings)
    before = {name: tensor.clone() for name, tensor in upper.layers.state_dict().items()}
    loss = _teach(upper, lessons, questions, sections, settings)
    _mix(upper, before, settings.mixed)
    some = random.Random(_SEED)
    texts = [*some.sample(asked, min(WATCHED, len(asked))), *some.sample(passages, min(WATCHED, len(passages)))]
    write_transformer(out, begun, kept, model, settings, how_far(model, tokenizer, texts, settings))
    return {"loss": loss, "pieces": float(len(kept)), "questions": float(len(lessons.asked))}


def how_far(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], settings: Settings) -> Reached:
    """How far what is multiplied goes while the texts are read: one by one, as what fills a text up goes farther."""
    with reached(model) as found:
        for text in texts:
            _states(model, tokenizer, [text], model.config.num_hidden_layers, settings.passage)
    return found


def write_transformer(
    out: Path, begun: Start, kept: Sequence[int], model: BertModel, settings: Settings, far: Reached
) -> None:
    """The graph, the rows of the pieces, the tokenizer and what is told of them."""
    out.mkdir(parents=True, exist_ok=True)
    tensors = {name: tensor.detach().numpy().astype(np.float32) for name, tensor in model.state_dict().items()}
    write_graph(out / GRAPH_FILE, tensors, begun.sizes, far, small=True)
    rows, scales = packed(tensors["embeddings.word_embeddings.weight"])
    places = tensors["embeddings.position_embeddings.weight"] + tensors["embeddings.token_type_embeddings.weight"][0]
    arrays = {"rows": rows, "scales": scales, "places": places[: settings.served]}
    np.savez(out / ROWS_FILE, rows=rows, **{name: arrays[name].astype(np.float16) for name in ("scales", "places")})
    begun.tokenizer(kept, settings.served).save(str(out / TOKENIZER_FILE), pretty=False)
    told = {
        "name": NAME,
        "dimensions": begun.sizes.hidden,
        "digest": digest_of_files([out / name for name in FILES]),
        "pieces": len(kept),
        "made_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "settings": asdict(settings),
    }
    (out / MODEL_FILE).write_text(json.dumps(told, indent=1) + "\n", encoding="utf-8")


def _kept(begun: Start, lessons: Lessons, parallel: Path, rare: int) -> list[int]:
    """The pieces of our three languages."""
    tokenizer = begun.tokenizer()
    own = [QUESTION, PASSAGE, *lessons.texts, *(lesson.text for lesson in lessons.asked)]
    kept = {*SPECIALS, *_counted(tokenizer, own)}
    texts = [row.cell(language) for row in read_rows(parallel) for language in LANGUAGES]
    kept |= {piece for piece, count in _counted(tokenizer, texts).items() if count >= rare}
    return sorted(kept | {place for place, piece in enumerate(begun.pieces) if len(piece) == 1 and ord(piece) < 0x250})


def _counted(tokenizer: Tokenizer, texts: Sequence[str]) -> Counter[int]:
    found: Counter[int] = Counter()
    for at in range(0, len(texts), 20_000):
        for encoding in tokenizer.encode_batch_fast(list(filter(None, texts[at : at + 20_000]))):
            found.update(encoding.ids)
    return found


def _model(begun: Start, kept: Sequence[int]) -> BertModel:
    sizes, name = begun.sizes, "embeddings.word_embeddings.weight"
    model = BertModel(
        BertConfig(
            vocab_size=len(kept),
            hidden_size=sizes.hidden,
            num_hidden_layers=sizes.layers,
            num_attention_heads=sizes.heads,
            intermediate_size=sizes.inner,
            max_position_embeddings=len(begun.tensors["embeddings.position_embeddings.weight"]),
            type_vocab_size=len(begun.tensors["embeddings.token_type_embeddings.weight"]),
            layer_norm_eps=1e-12,
        ),
        add_pooling_layer=False,
    )
    tensors = begun.tensors | {name: begun.tensors[name][list(kept)]}
    model.load_state_dict({key: torch.tensor(tensor) for key, tensor in tensors.items()})
    return model


def _through(layer: nn.Module, states: Tensor, there: Tensor) -> Tensor:
    found = layer(states, there[:, None, None, :].bool())
    inner: Tensor = found[0] if isinstance(found, tuple) else found
    return inner


@torch.no_grad()
def _states(model: BertModel, tokenizer: Tokenizer, texts: Sequence[str], frozen: int, longest: int) -> States:
    """What the frozen layers say of the texts."""
    model.train(False)
    tokenizer.enable_truncation(longest)
    ids = [encoding.ids for encoding in tokenizer.encode_batch_fast(list(texts))]
    ends = np.cumsum([0, *map(len, ids)])
    pieces = np.zeros((int(ends[-1]), model.config.hidden_size), dtype=np.float16)
    for batch in _alike(range(len(ids)), [len(each) for each in ids], 64):
        rows = torch.zeros(len(batch), max(len(ids[place]) for place in batch), dtype=torch.long)
        there = torch.zeros(rows.shape)
        for row, place in enumerate(batch):
            rows[row, : len(ids[place])], there[row, : len(ids[place])] = torch.tensor(ids[place]), 1
        states = model.embeddings(input_ids=rows)
        for layer in model.encoder.layer[:frozen]:
            states = _through(layer, states, there)
        for row, place in enumerate(batch):
            pieces[ends[place] : ends[place + 1]] = states[row, : len(ids[place])].half().numpy()
    return States(pieces, ends)


def _teach(upper: Upper, lessons: Lessons, questions: States, sections: States, settings: Settings) -> float:
    """Against all sections in one of the three languages, another in each step."""
    chance = random.Random(_SEED)
    bank = _all_vectors(upper, sections).view(lessons.count, len(LANGUAGES), -1)
    batches = _drawn(lessons.asked, questions, settings, chance)
    named = [{"params": upper.layers.parameters(), "lr": settings.rate}, {"params": [upper.sharpness], "lr": 5e-3}]
    optimizer = torch.optim.AdamW(named, weight_decay=0.01)
    rates = [settings.rate, 5e-3]
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, rates, total_steps=len(batches) + 1, pct_start=0.1)
    seen = torch.ones(lessons.count, dtype=torch.bool)
    seen[list(lessons.left_out)] = False
    loss = torch.zeros(())
    upper.train()
    for step, batch in enumerate(batches, 1):
        language = chance.randrange(len(LANGUAGES))
        gold = sorted({chance.choice(sorted(lessons.asked[place].sections)) for place in batch})
        fresh = chance.sample(gold, min(settings.fresh, len(gold)))
        read = upper(*sections.of([section * len(LANGUAGES) + language for section in fresh]))
        bank[fresh, language] = read.detach()
        vectors = bank[:, language].clone()
        vectors[fresh] = read
        scores = upper.sharpness.exp() * (upper(*questions.of(batch)) @ vectors.T)
        loss = _loss(scores.masked_fill(~seen, -1e4), [lessons.asked[place] for place in batch])
        optimizer.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(upper.parameters(), 1.0)
        optimizer.step()
        schedule.step()
        if step % 50 == 0:
            _log.info("step %d of %d: loss %.3f", step, len(batches), float(loss.detach()))
    upper.eval()
    return float(loss.detach())


def _mix(upper: Upper, before: Mapping[str, Tensor], share: float) -> None:
    """Weights between those of before and those that were taught."""
    taught = upper.layers.state_dict()
    upper.layers.load_state_dict({name: torch.lerp(before[name], taught[name], share) for name in taught})


def _loss(scores: Tensor, batch: Sequence[Lesson]) -> Tensor:
    """How unlikely it is that any section that answers comes first."""
    right = torch.zeros(scores.shape, dtype=torch.bool)
    for row, lesson in enumerate(batch):
        right[row, list(lesson.sections)] = True
    return (torch.logsumexp(scores, 1) - torch.logsumexp(scores.masked_fill(~right, -1e4), 1)).mean()


@torch.no_grad()
def _all_vectors(upper: Upper, states: States) -> Tensor:
    upper.eval()
    count = len(states.ends) - 1
    found = torch.zeros(count, states.pieces.shape[1])
    for batch in _alike(range(count), [states.length(place) for place in range(count)], 64):
        found[batch] = upper(*states.of(batch))
    return found


def _drawn(asked: Sequence[Lesson], questions: States, settings: Settings, chance: random.Random) -> list[list[int]]:
    """Batches of questions of like length, drawn by weight."""
    count = settings.epochs * len(asked) // settings.batch
    drawn = chance.choices(range(len(asked)), [lesson.weight for lesson in asked], k=count * settings.batch)
    batches: list[list[int]] = []
    for at in range(0, len(drawn), settings.batch * 16):
        part = drawn[at : at + settings.batch * 16]
        some = list(_alike(part, [questions.length(place) for place in part], settings.batch))
        batches += chance.sample(some, len(some))
    return batches


def _alike(places: Sequence[int], lengths: Sequence[int], most: int) -> Iterator[list[int]]:
    """Places in batches of like length, the shortest first."""
    order = sorted(range(len(places)), key=lambda at: lengths[at])
    for at in range(0, len(order), most):
        yield [places[place] for place in order[at : at + most]]
