from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest

from pipeline.edges.desk import Desk
from pipeline.edges.review_columns import COLUMNS, TITLES
from pipeline.edges.review_import import ImportPlan, apply_import, plan_import
from pipeline.edges.review_reading import read_review_workbook
from pipeline.edges.review_rows import export_rows
from pipeline.edges.review_workbook import ExportRow, write_review_workbook
from pipeline.edges.said import Draft, Stamp, answer_drafts
from pipeline.edges.store import Store
from pipeline.edges.store.accounts import ROLES, Account
from pipeline.errors import ConflictError, InputError, ReviewError
from pipeline.policy import Review as ReviewPolicy
from pipeline.steps.split_review import sentence_starts
from tests.factory import gold_rows, make_result

NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
ONCE = ReviewPolicy(random_share=0, second_reading_share=0, second_reading_risk=1, seconds_per_item=20)
SATO, SUZUKI = (Account(name, frozenset(ROLES)) for name in ("佐藤", "鈴木"))


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(gold_rows(60)))
    yield Desk(store, "window1", ONCE)
    store.close()


def export(desk: Desk, path: Path, account: Account = SATO) -> openpyxl.Workbook:
    board = desk.board()
    write_review_workbook(path, board, account.name, export_rows(board, account))
    return openpyxl.load_workbook(path)


def fill(
    desk: Desk,
    path: Path,
    change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None],
    account: Account = SATO,
) -> ImportPlan:
    book = export(desk, path, account)
    change(book["確認"])
    book.save(path)
    return read(desk, path, account)


def read(desk: Desk, path: Path, account: Account = SATO) -> ImportPlan:
    return plan_import(desk.board(), read_review_workbook(path, path.name), account)


def apply(desk: Desk, plan: ImportPlan) -> int:
    return apply_import(desk, plan, Stamp(plan.reviewer, NOW, "excel"))


def at(sheet, row: int, title: str):
    return sheet.cell(row, TITLES.index(title) + 1)


def answer(sheet, row: int, **cells: str) -> None:
    for title in ("区分", "突合", "段落"):
        at(sheet, row, title).value = ""
    for title, value in cells.items():
        at(sheet, row, title).value = value


def row_of(sheet, statement_id: str) -> int:
    return next(row for row in range(2, sheet.max_row + 1) if sheet.cell(row, 1).value == statement_id)


def test_the_workbook_locks_what_is_given_and_offers_lists(desk: Desk, tmp_path: Path) -> None:
    book = export(desk, tmp_path / "a.xlsx")
    sheet = book["確認"]
    assert book.sheetnames == ["確認", "判断基準書", "選択肢", "この表について"]
    assert sheet.protection.sheet
    assert sheet.freeze_panes == "F2"
    assert all(sheet.row_dimensions[row].height >= 20 for row in range(2, sheet.max_row + 1))
    locked = {column.title for column in COLUMNS if at(sheet, 2, column.title).protection.locked}
    assert locked == {column.title for column in COLUMNS if column.kind != "answer"}
    rules = sheet.data_validations.dataValidation
    lists = {
        sheet[str(rule.sqref).split(":")[0]].offset(-1).value: (rule.formula1, rule.showErrorMessage)
        for rule in rules
        if rule.type == "list"
    }
    assert lists == {
        "区分": ("選択肢!$A$1:$A$8", True),
        "突合": ("選択肢!$B$1:$B$4", True),
        "反対の結論": ("選択肢!$C$1:$C$1", True),
        "副区分": ("選択肢!$D$1:$D$7", False),
    }
    assert next(row[1].value for row in book["判断基準書"].iter_rows(min_row=2)) == "共通化以外の手法"
    ids = [sheet.cell(row, 1).value for row in range(2, sheet.max_row + 1)]
    assert ids == [ticket.statement_id for ticket in desk.board().queue]


def test_what_matches_is_applied_and_twice_changes_nothing(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"

    def change(sheet) -> None:
        answer(sheet, 2, 区分="抽象的なもの", コメント="一文だけ")
        answer(sheet, 3, 区分="共有すべきもの", 突合="記載あり", 段落="p01、p02")

    plan = fill(desk, path, change)
    assert (len(plan.apply), plan.refused, plan.n_unchanged) == (2, (), 0)
    assert apply(desk, plan) == 2
    first, second = (p.statement_id for p in plan.apply)
    board = desk.board()
    assert board.review(first).decided.label == "abstract"
    assert board.review(second).decided.passages == ("p01", "p02")
    assert [e.value for e in board.review(first).comments] == ["一文だけ"]
    assert {e.via for log in board.logs.values() for e in log} == {"excel"}
    again = read(desk, path)
    assert (again.apply, again.refused, again.n_unchanged) == ((), (), 2)
    assert apply(desk, again) == 0
    assert desk.board().pulse == board.pulse


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (lambda s: answer(s, 2, 区分="その他"), "区分「その他」は判断基準書にありません"),
        (lambda s: answer(s, 2, 区分="共有すべきもの"), "突合"),
        (lambda s: answer(s, 2, 区分="共有すべきもの", 突合="たぶん"), "突合「たぶん」は選択肢にありません"),
        (
            lambda s: answer(s, 2, 区分="共有すべきもの", 突合="記載あり", 段落="p99"),
            "段落「p99」は方針案にありません",
        ),
        (lambda s: answer(s, 2, コメント="迷う"), "区分が空です"),
        (
            lambda s: (answer(s, 2, 区分="解決済"), setattr(s.cell(2, 3), "value", "0" * 16)),
            "差し替えられています",
        ),
        (
            lambda s: (answer(s, 2, 区分="解決済"), setattr(s.cell(2, 1), "value", "nobody")),
            "この照会にありません",
        ),
        (
            lambda s: (answer(s, 2, 区分="解決済"), setattr(s.cell(2, 2), "value", "7")),
            "他の方が更新しました",
        ),
    ],
)
def test_a_row_that_does_not_match_is_listed_and_not_applied(
    desk: Desk, tmp_path: Path, change, message: str
) -> None:
    plan = fill(desk, tmp_path / "a.xlsx", change)
    assert plan.apply == ()
    assert [message in str(problem) for problem in plan.refused] == [True]
    assert str(plan.refused[0]).startswith("a.xlsx、シート「確認」、2行目: ")


def test_a_row_pasted_twice_counts_once(desk: Desk, tmp_path: Path) -> None:
    def change(sheet) -> None:
        answer(sheet, 2, 区分="解決済")
        for column in range(1, len(COLUMNS) + 1):
            sheet.cell(3, column).value = sheet.cell(2, column).value

    plan = fill(desk, tmp_path / "a.xlsx", change)
    assert len(plan.apply) == 1
    assert "二つあります" in str(plan.refused[0])


def test_somebody_faster_in_the_browser_is_not_overwritten(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    plan = fill(desk, path, lambda s: answer(s, 2, 区分="解決済"))
    other = fill(desk, tmp_path / "b.xlsx", lambda s: answer(s, 2, 区分="抽象的なもの"), SUZUKI)
    apply(desk, other)
    with pytest.raises(ConflictError):
        apply(desk, plan)
    late = read(desk, path)
    assert (late.apply, len(late.refused)) == ((), 1)
    assert "いまの判断: 抽象的なもの" in str(late.refused[0])


def test_a_workbook_of_another_inquiry_or_codebook_is_refused(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    for row, value, message in (
        (1, "window9", "別の照会"),
        (3, "99", "判断基準書の版"),
        (2, "", "確認する人"),
        (2, "鈴木", "ご本人が取り込んでください"),
    ):
        book = export(desk, path)
        book["この表について"].cell(row, 2).value = value
        book.save(path)
        with pytest.raises(ReviewError, match=message):
            read(desk, path)


def test_hidden_suggestions_do_not_leave_in_the_workbook(desk: Desk, tmp_path: Path) -> None:
    one = desk.board().queue[0].statement_id
    write_review_workbook(tmp_path / "a.xlsx", desk.board(), "佐藤", [ExportRow(one, True)])
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["確認"]
    assert at(sheet, 2, "提案").value == "（答えてから示します）"
    answers = [column.title for column in COLUMNS if column.kind == "answer"]
    assert not any(at(sheet, 2, title).value for title in ("突合の提案", *answers))


@pytest.mark.parametrize("content", [b"", b"not a workbook", b"PK\x03\x04 broken"])
def test_a_file_that_is_no_workbook_is_told_in_words(content: bytes) -> None:
    with pytest.raises(InputError, match="として読めません"):
        read_review_workbook(io.BytesIO(content), "a.xlsx")


def test_a_workbook_that_is_not_ours_is_told_in_words(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    book.save(tmp_path / "a.xlsx")
    with pytest.raises(InputError, match="「確認」の表がありません"):
        read_review_workbook(tmp_path / "a.xlsx", "a.xlsx")


def test_a_bomb_is_not_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as archive:
        for i in range(31):
            archive.writestr(f"xl/{i}.xml", b"\0" * 10_000_000)
    with pytest.raises(InputError, match="大きすぎます"):
        read_review_workbook(tmp_path / "a.xlsx", "a.xlsx")


def test_hostile_text_survives_as_text(tmp_path: Path) -> None:
    rows = gold_rows(30)
    rows = [
        {**row, "opinion": "=HYPERLINK(1)\x0b\ud800" + "長" * 40_000}
        for row in rows
        if row["label"] == "share"
    ]
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(rows[:2], certified=False))
    book = export(Desk(store, "window1", ONCE), tmp_path / "a.xlsx")
    cell = at(book["確認"], 2, "意見")
    assert cell.data_type == "s"
    assert cell.value.startswith("=HYPERLINK(1)")
    store.close()


def test_what_was_set_in_the_browser_goes_out_filled_in_and_comes_back_unchanged(
    desk: Desk, tmp_path: Path
) -> None:
    one, two, *_ = (ticket.statement_id for ticket in desk.board().queue)
    said = {"label": "abstract", "secondary": "resolved;unclear_basis"}
    desk.submit(answer_drafts(one, "first", said, None), Stamp("佐藤", NOW, "web"))
    desk.submit(answer_drafts(two, "first", {"label": "abstract"}, None), Stamp("鈴木", NOW, "web"))
    path = tmp_path / "a.xlsx"
    sheet = export(desk, path)["確認"]
    row = row_of(sheet, one)
    assert row == sheet.max_row
    assert [at(sheet, row, title).value for title in ("状態", "区分", "副区分")] == [
        "一次済",
        "抽象的なもの",
        "解決済、根拠不明確",
    ]
    assert two not in [sheet.cell(i, 1).value for i in range(2, row + 1)]
    plan = read(desk, path)
    assert (plan.apply, plan.refused, plan.n_unchanged) == ((), (), 1)


def test_a_secondary_label_goes_in_and_only_its_removal_takes_it_out(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    plan = fill(desk, path, lambda s: answer(s, 2, 区分="抽象的なもの", 副区分="解決済、根拠不明確"))
    one = plan.apply[0].statement_id
    assert apply(desk, plan) == 1
    assert desk.board().review(one).first.secondary == ("resolved", "unclear_basis")
    assert (read(desk, path).apply, read(desk, path).n_unchanged) == ((), 1)

    def correct(sheet) -> None:
        at(sheet, row_of(sheet, one), "副区分").value = ""

    plan = fill(desk, path, correct)
    assert [(draft.kind, draft.value) for draft in plan.apply[0].drafts] == [
        ("label", "abstract"),
        ("secondary", ""),
    ]
    apply(desk, plan)
    assert desk.board().review(one).first.secondary == ()
    assert apply(desk, read(desk, path)) == 0


def test_a_statement_is_split_masked_and_commented_and_twice_changes_nothing(
    desk: Desk, tmp_path: Path
) -> None:
    path, board = tmp_path / "a.xlsx", desk.board()
    one = next(t.statement_id for t in board.queue if sentence_starts(board.facts[t.statement_id].shown))
    words = board.facts[one].shown[:4]

    def change(sheet) -> None:
        row = row_of(sheet, one)
        assert at(sheet, row, "文").value.startswith("2 ")
        answer(sheet, row, 分割="2", 個人情報=words, コメント="二つの求め")

    plan = fill(desk, path, change)
    assert plan.refused == ()
    assert plan.apply[0].in_words({}) == [
        ("分割", "2つに分ける"),
        ("個人情報", "あり"),
        ("コメント", "あり"),
    ]
    assert apply(desk, plan) == 1
    pieces = [i for i in desk.board().facts if i.startswith(f"{one}~")]
    assert len(pieces) == 2
    assert desk.board().masked(pieces[0]).shown.startswith("［個人情報］")
    again = read(desk, path)
    assert (again.apply, again.refused, again.n_unchanged) == ((), (), 1)
    book = openpyxl.load_workbook(path)
    answer(book["確認"], row_of(book["確認"], one), 区分="解決済", 分割="")
    book.save(path)
    assert "分割されています" in str(read(desk, path).refused[0])


def test_statements_are_merged_and_taken_apart_again(desk: Desk, tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    one, two, *_ = (ticket.statement_id for ticket in desk.board().queue)
    plan = fill(desk, path, lambda s: answer(s, row_of(s, two), 統合先=one))
    assert apply(desk, plan) == 1
    assert desk.board().behind[one] == (two,)
    assert (read(desk, path).apply, read(desk, path).n_unchanged) == ((), 1)

    def change(sheet) -> None:
        assert two in at(sheet, row_of(sheet, one), "ほぼ同じ意見").value
        answer(sheet, row_of(sheet, one), 区分="抽象的なもの", 別に見る=two)

    plan = fill(desk, path, change)
    assert apply(desk, plan) == 1
    assert one not in desk.board().behind
    assert desk.board().review(two).state == "open"
    assert (read(desk, path).apply, read(desk, path).n_unchanged) == ((), 1)


@pytest.mark.parametrize(
    ("cells", "message"),
    [
        ({"区分": "解決済", "副区分": "その他"}, "区分「その他」は判断基準書にありません"),
        ({"副区分": "解決済"}, "区分が空です"),
        ({"分割": "99"}, "分割「99」は、文の番号ではありません"),
        ({"区分": "解決済", "分割": "2"}, "分ける意見には区分を書きません"),
        ({"統合先": "nobody"}, "統合先の意見「nobody」は、この照会にありません"),
        ({"区分": "解決済", "別に見る": "nobody"}, "「nobody」は、この意見と同じ扱いにはなっていません"),
        ({"個人情報": "どこにもない言葉"}, "本文又は理由のとおりに写してください"),
    ],
)
def test_a_wish_that_cannot_be_met_is_listed(
    desk: Desk, tmp_path: Path, cells: dict[str, str], message: str
) -> None:
    plan = fill(desk, tmp_path / "a.xlsx", lambda s: answer(s, 2, **cells))
    assert plan.apply == ()
    assert [message in str(problem) for problem in plan.refused] == [True]


def test_ones_own_later_change_in_the_browser_is_not_undone_by_an_old_workbook(
    desk: Desk, tmp_path: Path
) -> None:
    path = tmp_path / "a.xlsx"
    plan = fill(desk, path, lambda s: answer(s, 2, 区分="抽象的なもの"))
    apply(desk, plan)
    one = plan.apply[0].statement_id
    desk.submit([Draft(one, "secondary", "resolved")], Stamp("佐藤", NOW, "web"))
    late = read(desk, path)
    assert (late.apply, len(late.refused)) == ((), 1)
    assert "書き出した後に自分で更新しました" in str(late.refused[0])
    assert desk.board().review(one).first.secondary == ("resolved",)


def test_who_only_settles_is_not_given_first_readings(desk: Desk) -> None:
    assert export_rows(desk.board(), Account("高橋", frozenset({"adjudicate"}))) == []


def test_who_settles_sees_both_readings_and_who_reads_second_sees_neither(tmp_path: Path) -> None:
    store = Store(f"sqlite:///{tmp_path / 'a.db'}")
    store.save_run(make_result(gold_rows(60)))
    desk = Desk(store, "window1", ONCE.model_copy(update={"second_reading_share": 1.0}))
    one = desk.board().queue[0].statement_id

    def so_far(account: Account) -> str | None:
        sheet = export(desk, tmp_path / "a.xlsx", account)["確認"]
        return at(sheet, row_of(sheet, one), "これまで").value

    desk.submit(answer_drafts(one, "first", {"label": "abstract"}, None), Stamp("佐藤", NOW, "web"))
    desk.submit([Draft(one, "comment", "一文だけ")], Stamp("佐藤", NOW, "web"))
    assert so_far(SUZUKI) == ""
    said = {"label": "share", "coverage": "stated"}
    desk.submit(answer_drafts(one, "second", said, None), Stamp("鈴木", NOW, "web"))
    assert so_far(Account("高橋", frozenset({"adjudicate"}))) == (
        "一次 佐藤: 抽象的なもの\n二次 鈴木: 共有すべきもの・記載あり\n佐藤「一文だけ」"
    )
    store.close()


def test_a_doubted_answer_goes_out_blank_and_the_same_answer_settles_it(desk: Desk, tmp_path: Path) -> None:
    path, board = tmp_path / "a.xlsx", desk.board()
    one = board.queue[0].statement_id
    desk.submit(answer_drafts(one, "first", {"label": "abstract"}, None), Stamp("佐藤", NOW, "web"))
    desk.submit([Draft(one, "recheck", "abstract")], Stamp("点検", NOW, "cli"))
    assert desk.board().answers[one].label == "abstract"

    def again(sheet) -> None:
        row = row_of(sheet, one)
        assert (at(sheet, row, "区分").value, at(sheet, row, "これまで").value) == (
            "",
            "一次 佐藤: 抽象的なもの",
        )
        answer(sheet, row, 区分="抽象的なもの")

    plan = fill(desk, path, again)
    assert apply(desk, plan) == 1
    assert desk.board().is_closed(one)
    assert apply(desk, read(desk, path)) == 0
