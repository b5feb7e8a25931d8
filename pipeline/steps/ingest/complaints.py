"""Problems of a workbook, collected and told once: many rows with the same fault are one message."""

from __future__ import annotations

from collections.abc import Iterable

from pipeline.errors import Problem
from pipeline.sheets import Sheet

_ROWS_NAMED = 10

# One row, or many: {rows} are named, {what} is the name or number it is about.
_MESSAGES = {
    "unknown_candidate": "「{what}」は候補台帳にありません（{rows}）。判定不能として人に回します。"
    "名前を台帳に合わせるか、--candidates のフォルダーに台帳を加えてください。",
    "no_candidate": "対象候補が分かりません（{rows}）。判定不能として人に回します。"
    "対象候補の列か、表の上の題名に候補の名前を入れてください。",
    "no_organization": "団体名が空です（{rows}）。意見は受け付けました。団体名を入れてください。",
    "duplicate_number": "番号「{what}」が重複しています（{rows}）。どちらの行も受け付けました。"
    "番号を付け直してください。",
    "too_long": "意見か理由の欄が{what}文字あり、Excelの1マスの上限（32,767文字）を超えます（{rows}）。"
    "この行は受け付けていません。行を分けてください。",
    "control_characters": "目に見えない制御文字が含まれていたため取り除きました（{rows}）。"
    "元の欄を確かめてください。",
    "opinion_in_reason": "意見の欄に意見が無く、理由の欄に文章があるため、"
    "それを意見として受け付けました（{rows}）。欄を確かめてください。",
    "empty_opinion": "意見の欄が空です（{rows}）。受け付けていません。"
    "意見が無ければ「意見なし」と記入してください。",
    "repeated": "{what}と同じ意見が二重に入っています（{rows}）。候補、団体、意見、理由が同じなので"
    "一件と数え、行は受付記録に残しました。まとめたシートと元のシートが両方あるときは、どちらかだけにしてください。",
    "same_as_above": "「{what}」とだけ書かれています（{rows}）。書かれたまま受け付けました。"
    "内容を書いてください。",
}


class Complaints:
    """Collects what is wrong, by file, sheet, kind and name, in the order it was met."""

    def __init__(self) -> None:
        self._whole: list[Problem] = []
        self._rows: dict[tuple[str, str, str, str], list[int]] = {}

    def extend(self, problems: Iterable[Problem]) -> None:
        """Add problems that are worded already."""
        self._whole.extend(problems)

    def remarks(self, sheet: Sheet, *, is_read: bool) -> None:
        """Add what the reader noticed; a hidden list of choices is nobody's concern."""
        self._whole.extend(
            Problem(sheet.file, sheet.name, *remark)
            for remark in sheet.remarks
            if is_read or remark.code != "hidden_sheet"
        )

    def add(self, sheet: Sheet, row: int, code: str, what: str = "") -> None:
        """Note one row with the fault ``code``, about ``what``."""
        self._rows.setdefault((sheet.file, sheet.name, code, what), []).append(row)

    def told(self) -> tuple[Problem, ...]:
        """One problem per fault, naming up to ten rows."""
        found = list(self._whole)
        for (file, sheet, code, what), rows in self._rows.items():
            message = _MESSAGES[code].format(what=what, rows=_name_rows(rows))
            found.append(Problem(file, sheet, rows[0], code, message))
        return tuple(found)


def _name_rows(rows: list[int]) -> str:
    """
    >>> _name_rows([5]), _name_rows([5, 5, 7]), _name_rows(list(range(1, 13)))
    ('5行目', '5、7行目', '1、2、3、4、5、6、7、8、9、10行目ほか、計12行')
    """
    different = list(dict.fromkeys(rows))
    named = "、".join(str(row) for row in different[:_ROWS_NAMED]) + "行目"
    return named if len(different) <= _ROWS_NAMED else f"{named}ほか、計{len(different)}行"
