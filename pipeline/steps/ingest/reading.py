"""One sheet's rows, read in order: what is said, by whom, about what."""

from __future__ import annotations

import re
from collections import Counter
from functools import cached_property
from typing import NamedTuple

from pipeline.layout import Field, SheetHeadings
from pipeline.sheets import Sheet
from pipeline.steps.ingest.complaints import Complaints
from pipeline.steps.ingest.days import day_of
from pipeline.steps.ingest.naming import Names, organization_type, sender_in
from pipeline.steps.ingest.no_opinion import is_no_opinion, is_reason_empty
from pipeline.steps.ingest.units import Unit

LONGEST = 32_767
"""Characters Excel keeps in a cell: a longer text could not be handed back uncut."""
_ABOVE = re.compile(r"[〃仝″”\"々]|同上|上に同じ|上記と同じ|\(?同\)?")
_CARRIED: tuple[Field, ...] = (
    "source",
    "prefecture",
    "organization",
    "organization_type",
    "candidate",
    "section",
    "received",
)
_UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_NO = re.compile(r"無し?|なし|いいえ|意見(?:なし|無し)|[×✕xX]|no", re.IGNORECASE)


class Rejection(NamedTuple):
    """A row that is no opinion to be judged."""

    file: str
    sheet: str
    row: int
    opinion_id: str
    reason: str
    message: str
    text: str


class RowReader:
    """Reads the rows of one sheet from top to bottom."""

    def __init__(self, sheet: Sheet, understood: SheetHeadings, names: Names, complaints: Complaints) -> None:
        self._sheet = sheet
        self._understood = understood
        self._names = names
        self._complaints = complaints
        self._above: dict[Field, str] = {}
        self._numbers: list[tuple[str, str, str, int]] = []
        self._settings = list(understood.settings)
        self._set: dict[Field, str] = {}

    def read(self, unit: Unit) -> Rejection | dict[str, str | int]:
        """An opinion without its key, or why it is none."""
        values = self._cleaned(unit)
        self._carry(unit, values)
        number = self._number(unit, values)
        rejection = self._reject(unit, values, number)
        if rejection:
            return rejection
        text, reason = self._text(unit, values)
        candidate_id, candidate = self._candidate(unit, values)
        organization, prefecture = values.get("organization", ""), values.get("prefecture", "")
        if not organization:
            self._complaints.add(self._sheet, unit.row, "no_organization")
        return {
            "opinion_id": number or f"行{unit.row}" + (f"-{unit.group}" if unit.group else ""),
            "number": number,
            "file": self._sheet.file,
            "sheet": self._sheet.name,
            "row": unit.row,
            "source": self._names.source(values.get("source", "")),
            "prefecture": prefecture,
            "organization": organization,
            "organization_type": values.get("organization_type", "")
            or organization_type(organization, prefecture),
            "candidate_id": candidate_id,
            "candidate": candidate,
            "section": values.get("section", ""),
            "text": text,
            "reason": reason,
            "received_on": day_of(values.get("received", "")),
        }

    def _cleaned(self, unit: Unit) -> dict[Field, str]:
        """Characters that neither Excel nor a database can keep are taken out, and that is told."""
        values = {field: _UNWRITABLE.sub("", text) for field, text in unit.values.items()}
        if values != unit.values:
            self._complaints.add(self._sheet, unit.row, "control_characters")
        return {
            field: text if field in ("opinion", "reason") else text.strip() for field, text in values.items()
        }

    def _carry(self, unit: Unit, values: dict[Field, str]) -> None:
        """Fill in what was said once for the rows below: above the table, by 〃, or by the sheet's name."""
        while self._settings and self._settings[0].position <= unit.position:
            setting = self._settings.pop(0)
            self._set[setting.field] = setting.value
        for field in _CARRIED:
            if _ABOVE.fullmatch(values.get(field, "")):
                values[field] = self._above.get(field, "")
            if not values.get(field) and field != "candidate":
                values[field] = self._set.get(field, "")
        if not values["organization"]:
            values["organization"] = self._sender(values)
        self._above = {field: values.get(field, "") for field in _CARRIED}

    def _sender(self, values: dict[Field, str]) -> str:
        columns = [c for block in self._understood.blocks for c in block.columns if c.field == "organization"]
        if columns:
            # An empty 市区町村 is how a prefecture answers; an empty 団体名 is a gap.
            is_prefecture = values["organization_type"] in ("都道府県", "県") or all(
                re.search("市区?町村", column.heading) for column in columns
            )
            return values["prefecture"] if is_prefecture else ""
        return self._named_sender or values["prefecture"]

    @cached_property
    def _named_sender(self) -> str:
        """Whom the sheet, the file or a title above the table is named after."""
        top = self._understood.blocks[0].header if self._understood.blocks else 0
        titles = [text for row in self._sheet.rows[: min(top, 20)] for text in dict.fromkeys(row)]
        names = [self._sheet.name, self._sheet.file.rpartition(".")[0], *titles]
        senders = (sender_in(name) for name in names if len(name) < 60)
        return next((sender for sender in senders if sender), "")

    def _number(self, unit: Unit, values: dict[Field, str]) -> str:
        number = values.get("number", "")
        if not number or number.startswith("=") or len(number) > 50:
            return ""
        if unit.group <= 1 and not unit.is_number_merged:
            self._numbers.append((number, f"{unit.position - unit.offset}", values["organization"], unit.row))
        return f"{number}-{unit.group}" if unit.group else number

    def _reject(self, unit: Unit, values: dict[Field, str], number: str) -> Rejection | None:
        opinion, reason = values.get("opinion", ""), values.get("reason", "")
        longest = max(len(text) for text in (*values.values(), ""))
        if longest > LONGEST:
            self._complaints.add(self._sheet, unit.row, "too_long", f"{longest:,}")
            message = f"欄が{longest:,}文字あり、Excelの上限（32,767文字）を超えます。行を分けてください。"
            return self._rejection(unit, number, "too_long", message, opinion)
        if not is_reason_empty(reason):
            return None
        told = opinion.strip() or values.get("answer", "")
        is_none = is_no_opinion(opinion) if opinion.strip() else bool(_NO.fullmatch(values.get("answer", "")))
        text = f"{told}（理由: {reason}）" if reason.strip() else told
        if is_none:
            message = "意見なしの回答です。件数には数え、分類しません。"
            return self._rejection(unit, number, "no_opinion", message, text)
        if not opinion.strip() and not reason.strip():
            self._complaints.add(self._sheet, unit.row, "empty_opinion")
            message = "意見の欄が空です。意見が無ければ「意見なし」と記入してください。"
            return self._rejection(unit, number, "empty_opinion", message, " ".join(unit.cells))
        return None

    def _rejection(self, unit: Unit, number: str, reason: str, message: str, text: str) -> Rejection:
        opinion_id = number or f"行{unit.row}"
        return Rejection(self._sheet.file, self._sheet.name, unit.row, opinion_id, reason, message, text)

    def _text(self, unit: Unit, values: dict[Field, str]) -> tuple[str, str]:
        """Opinion and reason; a reason that stands alone is the opinion."""
        opinion, reason = values.get("opinion", ""), values.get("reason", "")
        if reason.strip() and (not opinion.strip() or is_no_opinion(opinion)):
            self._complaints.add(self._sheet, unit.row, "opinion_in_reason")
            return reason, opinion  # 「なし」 is kept where it says nothing
        if _ABOVE.fullmatch(opinion.strip()):
            self._complaints.add(self._sheet, unit.row, "same_as_above", opinion.strip())
        return opinion, reason

    def _candidate(self, unit: Unit, values: dict[Field, str]) -> tuple[str, str]:
        """Id and name as written: the cell, the heading, the title, the sheet, the file, the only one."""
        written = values.get("candidate", "")
        if written:
            found = unit.candidate or self._names.candidate(written)
            if not found:
                self._complaints.add(self._sheet, unit.row, "unknown_candidate", written[:60])
            return found, written
        if unit.candidate:
            return unit.candidate, unit.candidate
        titles = (self._set.get("candidate", ""), self._sheet.name, self._sheet.file.rpartition(".")[0])
        for title in titles:
            found = self._names.candidate(title)
            if found:
                return found, title
        if titles[0]:
            self._complaints.add(self._sheet, unit.row, "unknown_candidate", titles[0][:60])
            return "", titles[0]
        has_column = any(c.field == "candidate" for block in self._understood.blocks for c in block.columns)
        if self._names.only and not has_column:
            return self._names.only, ""
        self._complaints.add(self._sheet, unit.row, "no_candidate")
        return "", ""

    def finish(self) -> None:
        """Tell numbers used twice; where every sender counts from 1, only within one sender."""
        rows: dict[tuple[str, str, str], list[int]] = {}
        counts = Counter((number, table) for number, table, _, _ in self._numbers)
        repeated = sum(n for n in counts.values() if n > 1)
        each_their_own = len([n for n in counts.values() if n > 1]) >= 3 and repeated * 3 > len(self._numbers)
        for number, table, organization, row in self._numbers:
            rows.setdefault((number, table, organization if each_their_own else ""), []).append(row)
        for (number, _, _), found in rows.items():
            for row in found if len(found) > 1 else []:
                self._complaints.add(self._sheet, row, "duplicate_number", number)
