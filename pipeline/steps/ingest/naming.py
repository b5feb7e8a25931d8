"""Names as written in a form, made into ids and kinds: candidates, sources, senders."""

from __future__ import annotations

import re
import unicodedata
from functools import cached_property

from pipeline.candidates import Candidates
from pipeline.taxonomy import Taxonomy

_FROM_NAME = re.compile(r"[\s_\-‐－ー―＿・,、.()（）\[\]【】「」『』〔〕]+")
_SENDER = re.compile(r"[^\d\W]{1,20}?(?:都|道|府|県|市|区|町|村|組合|広域連合|企業団)")
_NOBODY = re.compile(r"^(?:各|関係|全|本|当|貴|対象|他)|都道府県|市町村|市区町村|区町村|団体|○|〇")
_DEPARTMENT = re.compile(
    r"(?:役所|役場|庁|教育委員会|農業委員会|議会|消防本部|(?<=[都道府県市区町村])[^市区町村]*(?:部|課|局|室|係|班|センター|事務所|本部))+$"
)
_TYPES = (
    (re.compile(r"広域連合$"), "広域連合"),
    (re.compile(r"(?:組合|企業団)$"), "一部事務組合"),
    (re.compile(r"[都道府県]$"), "都道府県"),
    (re.compile(r"市.+区$|市$"), "市"),
    (re.compile(r"区$"), "特別区"),
    (re.compile(r"町$"), "町"),
    (re.compile(r"村$"), "村"),
)


def fold(text: str) -> str:
    """Width, case, spaces and punctuation away."""
    return re.sub(r"[^\w]|_", "", unicodedata.normalize("NFKC", text)).casefold()


class Names:
    """Resolves names against the candidate files and the codebook, each name once."""

    def __init__(self, candidates: Candidates, taxonomy: Taxonomy) -> None:
        self._candidates = candidates
        self._taxonomy = taxonomy
        self._found: dict[str, str] = {}
        self._sources: dict[str, str] = {}

    @cached_property
    def _names(self) -> dict[str, str]:
        return {candidate.candidate_id: fold(candidate.name) for candidate in self._candidates}

    @cached_property
    def only(self) -> str:
        """The candidate where there is but one."""
        ids = list(self._names)
        return ids[0] if len(ids) == 1 else ""

    def candidate(self, words: str) -> str:
        """The id of the candidate meant by ``words``, or empty where that is not certain."""
        if words not in self._found:
            self._found[words] = self._candidates.match(words) or self._loosely(words)
        return self._found[words]

    def _loosely(self, words: str) -> str:
        bare = fold(words)
        if len(bare) < 2:
            return ""
        named = {key for key, name in self._names.items() if name in bare}
        # The shorter name inside a longer one was not meant.
        named -= {a for a in named for b in named if a != b and self._names[a] in self._names[b]}
        if len(named) == 1:
            return named.pop()
        tokens = {
            token for token in re.split(r"[^0-9A-Za-z\-]+", unicodedata.normalize("NFKC", words)) if token
        }
        by_id = {self._candidates.match(token) for token in tokens if re.search(r"[A-Za-z].*\d", token)} - {
            ""
        }
        if len(by_id) == 1 and not named:
            return by_id.pop()
        stem = re.sub(r"(?:の共通化|システム)+$", "", re.sub(r"^\d+", "", bare))
        short = {key for key, name in self._names.items() if re.sub(r"システム$", "", name) == stem}
        if not short and len(stem) >= 6:
            short = {key for key, name in self._names.items() if name.startswith(stem)}
        return short.pop() if len(short) == 1 else ""

    def source(self, words: str) -> str:
        """Code of the source by its words, the longest that fits; the words as written where none does."""
        if words not in self._sources:
            self._sources[words] = self._source(words)
        return self._sources[words]

    def _source(self, words: str) -> str:
        bare = fold(words)
        best = (0, words.strip())
        for source in self._taxonomy.sources:
            for word in (source.name, source.code, *source.words):
                if fold(word) in bare and len(fold(word)) > best[0]:
                    best = (len(fold(word)), source.code)
        return best[1]


def sender_in(name: str) -> str:
    """The municipality a sheet or file is named after, where one part of the name is just that.

    Example:
        >>> [sender_in(n) for n in ("【鐘ヶ峰村】意見照会様式", "02_北嶺県_回答", "照会（市町村）")]
        ['鐘ヶ峰村', '北嶺県', '']
    """
    parts = [
        part for part in _FROM_NAME.split(unicodedata.normalize("NFKC", name)) if _SENDER.fullmatch(part)
    ]
    real = [part for part in parts if len(part) > 1 and not _NOBODY.search(part)]
    towns = [part for part in real if not re.search(r"[都道府県]$", part)] or real
    return towns[0] if len(towns) == 1 else ""


def organization_type(name: str, prefecture: str) -> str:
    """The kind of body a name ends in; whether a city is 指定都市 or 中核市 a name does not tell.

    Example:
        >>> [organization_type(n, "北嶺県") for n in ("欅台区", "北嶺県 土木部", "内市役所", "西広域連合")]
        ['特別区', '都道府県', '市', '広域連合']
        >>> organization_type("有識者", "")
        ''
    """
    bare = re.split(r"[\s　(（]", name.strip())[0]
    if prefecture and bare.startswith(prefecture) and not re.search(r"[市区町村合]$", bare):
        return "都道府県"
    bare = _DEPARTMENT.sub("", bare)
    return next((kind for form, kind in _TYPES if form.search(bare)), "")
