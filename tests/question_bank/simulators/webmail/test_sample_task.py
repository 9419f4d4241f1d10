"""The mailbox that comes with the program, worked by hand: what a perfect morning, an idle one and single mistakes are worth."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from question_bank.canonical import encode

STEPS = (
    "answer_all", "report", "forward", "privately", "three_households", "phishing", "newsletter", "filed", "put_back",
    "villages", "away", "signature", "second_phishing", "new_room",
)  # fmt: skip


class Morning:
    """Every task of the paper, each in a method of its own, so that one can be done differently."""

    def __init__(self, task: Any) -> None:
        self.one = task.candidate()
        self.values = task.values

    def work(self) -> Any:
        self.one.do("refresh")
        for step in STEPS:
            getattr(self, step)()
        return self.one

    def answer_all(self) -> None:
        self.one.open("moi-hop")
        draft = self.one.compose("reply_all", "moi-hop")
        self.one.send(draft, body=f"Văn thư xác nhận tham dự, {self.values['so-nguoi']} người.")

    def report(self) -> None:
        month = self.values["ky"]
        draft = self.one.compose("new")
        self.one.do("attach", draft=draft, file=self.one.name(f"bao-cao-{month}"))
        self.one.send(
            draft, to=[self.one.address("so-noi-vu")], cc=["Lãnh đạo Văn phòng"], priority="high", body="Kính gửi Sở.",
            subject=f"[Báo cáo CCHC] Xã Bình An Tây - tháng {month}",
        )  # fmt: skip

    def forward(self) -> None:
        self.one.open("but-phe-phan-anh")
        draft = self.one.compose("forward", "phan-anh-cho")
        self.one.send(
            draft,
            to=[f"{self.values['phong']}@binhantay.example"],
            body=f"Trả lời trước ngày {self.values['han:short']}.",
        )

    def privately(self) -> None:
        draft = self.one.compose("reply", "hoi-nghi-phep")
        self.one.send(draft, body=f"Mã của tôi: NP-{self.values['ma']}.")

    def three_households(self) -> None:
        draft = self.one.compose("new")
        self.one.do("attach", draft=draft, file=self.one.name("thong-bao-thue"))
        bcc = [self.one.address(one) for one in ("ho-1", "ho-2", "ho-3")]
        self.one.send(draft, bcc=bcc, subject="Thông báo kê khai thông tin hộ kinh doanh", body="Kính gửi.")

    def phishing(self) -> None:
        self.one.do("headers", message=self.one.name("khoa-hop-thu"))
        self.one.do("report_phishing", message=self.one.name("khoa-hop-thu"))

    def newsletter(self) -> None:
        folder = self.one.do("folder", id="", name="Bản tin")
        self.one.do(
            "rule", id="", name="Bản tin", sender="bantin@", to="", subject="", words="", move_to=folder, label="",
            read=True, star=False, apply=True,
        )  # fmt: skip

    def filed(self) -> None:
        self.one.do("search", text=f"{self.values['so']}/SKHCN")
        letter = self.one.name("cong-van-tim")
        self.one.do("move", messages=[letter], to=self.one.name("tm-cong-van"))
        self.one.do("mark", messages=[letter], **{"as": "starred"})

    def put_back(self) -> None:
        self.one.do("restore", messages=[self.one.name("tiep-dan")])

    def villages(self) -> None:
        third = self.one.do("contact", id="", name="Trưởng thôn Ba", address="thon3@binhantay.example", note="")
        members = [self.one.name("lh-thon-1"), self.one.name("lh-thon-2"), third]
        self.one.do("group", id="", name="Các thôn", members=members)

    def away(self) -> None:
        self.one.do(
            "away", on=True, first=self.values["han"], last="2026-12-22", subject="Đi tập huấn", contacts_only=True,
            text="Việc gấp xin liên hệ vanphong@binhantay.example.",
        )  # fmt: skip

    def signature(self) -> None:
        self.one.do("signature", text="Văn thư UBND xã Bình An Tây", on_new=True, on_replies=False)

    def second_phishing(self) -> None:
        self.one.wait(3)
        self.one.do("report_phishing", message=self.one.name("gia-lanh-dao-hoi"))

    def new_room(self) -> None:
        self.one.open("doi-phong-hop")
        draft = self.one.compose("reply", "doi-phong-hop")
        self.one.send(draft, body=f"Đã nhận thông tin, phòng {self.values['phong-hop']}.")


@pytest.mark.parametrize("seed", range(1, 13))
def test_a_perfect_morning_is_worth_everything_for_every_candidate(task: Callable[..., Any], seed: int) -> None:
    made = task(seed)
    marked = made.mark(Morning(made).work())
    assert [(one.plan.id, one.verdict) for one in marked.checks if one.share != 1 and one.plan.points > 0] == []
    assert (marked.points, marked.pending) == (2000, 0)


def test_candidates_get_different_papers(task: Callable[..., Any]) -> None:
    assert len({encode(task(seed).world) for seed in range(1, 9)}) == 8


def test_who_does_nothing_gets_nothing(task: Callable[..., Any]) -> None:
    made = task()
    assert all(one == 0 for one in made.shares(made.candidate()).values())


def test_who_only_looks_gets_nothing(task: Callable[..., Any]) -> None:
    made = task()
    idle = made.candidate()
    for letter in list(idle.state.letters):
        idle.do("open", message=letter)
    idle.wait(30)
    assert made.mark(idle).points == 0


# --- one mistake each -------------------------------------------------------------------------------------------------


class AnsweredOne(Morning):
    def answer_all(self) -> None:
        draft = self.one.compose("reply", "moi-hop")
        self.one.send(draft, body=f"Xác nhận tham dự: {self.values['so-nguoi']} người")


class WrongNumber(Morning):
    def answer_all(self) -> None:
        draft = self.one.compose("reply_all", "moi-hop")
        self.one.send(draft, body="Xác nhận tham dự, 9 người")


class DraftOfReport(Morning):
    def report(self) -> None:
        draft = self.one.compose("new")
        self.one.do("attach", draft=draft, file=self.one.name("bao-cao-nhap"))
        month = self.values["ky"]
        self.one.send(
            draft, to=[self.one.address("so-noi-vu")], cc=[self.one.address("lanh-dao")], priority="high", body="",
            subject=f"[báo cáo cchc]  Xã Bình An Tây – tháng {month}",
        )  # fmt: skip


class SentTwice(Morning):
    def report(self) -> None:
        super().report()
        super().report()


class ForwardedWithoutPicture(Morning):
    def forward(self) -> None:
        self.one.open("but-phe-phan-anh")
        draft = self.one.compose("forward", "phan-anh-cho")
        self.one.do("detach", draft=draft, attachment=0)
        to, day = f"{self.values['phong']}@binhantay.example", self.values["han:short"]
        self.one.send(draft, to=[to], body=f"Trước ngày {day}")


class ForwardedBeforeReading(Morning):
    def forward(self) -> None:
        draft = self.one.compose("forward", "phan-anh-cho")
        to, day = f"{self.values['phong']}@binhantay.example", self.values["han:short"]
        self.one.send(draft, to=[to], body=f"Trước ngày {day}")
        self.one.open("but-phe-phan-anh")


class ToldEverybody(Morning):
    def privately(self) -> None:
        draft = self.one.compose("reply_all", "hoi-nghi-phep")
        self.one.send(draft, body=f"Mã của tôi: NP-{self.values['ma']}.")


class ShownAddresses(Morning):
    def three_households(self) -> None:
        draft = self.one.compose("new")
        self.one.do("attach", draft=draft, file=self.one.name("thong-bao-thue"))
        people = [self.one.address(one) for one in ("ho-1", "ho-2", "ho-3")]
        self.one.send(draft, to=people, subject="Thông báo kê khai thông tin hộ kinh doanh")


class Clicked(Morning):
    def phishing(self) -> None:
        self.one.do("link", message=self.one.name("khoa-hop-thu"), link=0)
        super().phishing()


class GaveTheList(Morning):
    def second_phishing(self) -> None:
        self.one.wait(3)
        draft = self.one.compose("reply", "gia-lanh-dao-hoi")
        self.one.do("attach", draft=draft, file=self.one.name("danh-sach-cccd"))
        self.one.send(draft, body="Gửi đồng chí.")


class ReportedTooMuch(Morning):
    def phishing(self) -> None:
        super().phishing()
        self.one.do("report_phishing", message=self.one.name("doi-mat-khau"))


class RuleForEverything(Morning):
    def newsletter(self) -> None:
        folder = self.one.do("folder", id="", name="bản tin")
        self.one.do(
            "rule", id="", name="", sender="example", to="", subject="", words="", move_to=folder, label="", read=True,
            star=False, apply=False,
        )  # fmt: skip


class NotSearched(Morning):
    def filed(self) -> None:
        letter = self.one.name("cong-van-tim")
        self.one.do("move", messages=[letter], to=self.one.name("tm-cong-van"))
        self.one.do("mark", messages=[letter], **{"as": "starred"})


class TookItBack(Morning):
    def new_room(self) -> None:
        super().new_room()
        self.one.do("undo_send", message=self.one.state.last.id)


class TwoVillages(Morning):
    def villages(self) -> None:
        self.one.do("contact", id="", name="Trưởng thôn Ba", address="thon3@binhantay.example", note="")
        members = [self.one.name("lh-thon-1"), self.one.name("lh-thon-2")]
        self.one.do("group", id="", name="Các thôn", members=members)


class AwayForAll(Morning):
    def away(self) -> None:
        self.one.do(
            "away", on=True, first=self.values["han"], last="2026-12-22", subject="", contacts_only=False,
            text="Việc gấp xin liên hệ vanphong@binhantay.example.",
        )  # fmt: skip


@pytest.mark.parametrize(
    ("mistake", "lost"),
    [
        (AnsweredOne, {"tra-loi-hop": 100}),
        (WrongNumber, {"tra-loi-hop": 50}),
        (DraftOfReport, {"gui-bao-cao": 60}),
        (SentTwice, {"gui-bao-cao": 20}),
        (ForwardedWithoutPicture, {"chuyen-phan-anh": 60}),
        (ForwardedBeforeReading, {"chuyen-phan-anh": 20}),
        (ToldEverybody, {"tra-loi-rieng": 200}),
        (ShownAddresses, {"gui-bcc": 200}),
        (Clicked, {"mac-bay": 200}),
        (GaveTheList, {"bao-lua-dao-sau": 100, "mac-bay": 200, "lo-mat": 300}),
        (ReportedTooMuch, {"bao-nham": 100}),
        (RuleForEverything, {"quy-tac": 100}),
        (NotSearched, {"tim-cong-van": 50}),
        (TookItBack, {"xac-nhan-phong": 100}),
        (TwoVillages, {"nhom": 100}),
        (AwayForAll, {"vang": 20}),
    ],
)
def test_one_mistake_costs_what_it_is_about_and_nothing_else(
    task: Callable[..., Any], mistake: type[Morning], lost: dict[str, int]
) -> None:
    made = task(3)
    best = made.shares(Morning(made).work())
    spoilt = made.shares(mistake(made).work())
    assert {name: best[name] - points for name, points in spoilt.items() if points != best[name]} == lost


def test_the_kiosk_gets_no_word_of_what_is_hidden(task: Callable[..., Any]) -> None:
    made = task()
    world = encode(made.world).decode()
    from question_bank.simulators.webmail.scenario import hidden_words

    words = hidden_words(made.scenario, made.values)
    assert words == {"khoa-hop-thu", "gia-lanh-dao-hoi"}
    assert [word for word in (*words, "phishing", "trap", "BAT-2026-NOIBO") if word in world] == []
    kinds = {frozenset(letter) for letter in made.world["letters"]}
    assert len(kinds) == 1, "a letter has fields that others have not"
