"""The part of the IT officer that comes with the program, worked by hand: all of it, nothing, and single mistakes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from question_bank.canonical import encode
from question_bank.practical.marking import Marked, Opened, mark
from question_bank.practical.played import played
from question_bank.practical.rubric_reading import read_rubric
from question_bank.simulators import simulator
from question_bank.simulators.it_officer import scenario as scenarios
from question_bank.simulators.model import Taken

SIGNS = {
    "Hộp thư sắp bị khóa": ["look_alike", "reply_to", "authentication", "link", "urgency"],
    "Gửi tôi mã OTP": ["reply_to", "authentication", "asks_secret"],
    "Hóa đơn tiền điện quá hạn": ["sender", "attachment"],
}
STEPS = (
    "Xác nhận sự cố và xác định máy bị ảnh hưởng", "Cô lập máy bị nhiễm khỏi mạng", "Sao lưu chứng cứ, giữ nguyên nhật ký",
    "Gỡ mã độc và vá lỗ hổng đã bị lợi dụng", "Khôi phục dữ liệu từ bản sao lưu sạch", "Rút kinh nghiệm và cập nhật quy trình",
)  # fmt: skip


class Officer:
    """One candidate's paper, worked from what its page shows."""

    def __init__(self, folder: Path, seed: int) -> None:
        reading = read_rubric((folder / "rubric.yaml").read_bytes(), "rubric.yaml", seed.to_bytes(32))
        assert reading.problems == ()
        assert reading.rubric is not None
        self.rubric, self.values = reading.rubric, reading.values
        found = scenarios.read((folder / "scenario.yaml").read_bytes(), "scenario.yaml", self.values)
        assert found.problems == ()
        assert found.scenario is not None
        self.world: Any = scenarios.world(found.scenario, self.values)
        self.hidden: Any = scenarios.hidden(found.scenario, self.values)

    def given(self, kind: str) -> Any:
        return next(one["given"] for one in self.world["tasks"] if one["kind"] == kind)

    def rule(self, action: str, protocol: str, source: str, target: str, port: str) -> Any:
        return {"action": action, "protocol": protocol, "source": source, "target": target, "port": port}

    def answers(self) -> dict[str, Any]:
        """A right answer to each kind of task."""
        x, port = self.values["x"], self.values["cong"]
        letters = self.given("triage")["letters"]
        steps = {one["text"]: one["id"] for one in self.given("order")["steps"]}
        start = next(one["start"] for one in self.world["tasks"] if one["kind"] == "config")
        hard = start.replace("Login yes", "Login no").replace("PasswordAuthentication yes", "PasswordAuthentication no")
        block = f"172.16.{self.values['khoi']}"
        return {
            "firewall": [
                self.rule("deny", "any", f"10.{x}.2.66", f"10.{x}.0.20", "any"),
                self.rule("allow", "tcp", "any", f"10.{x}.0.10", "80"),
                self.rule("allow", "tcp", "any", f"10.{x}.0.10", "443"),
                self.rule("allow", "tcp", f"10.{x}.1.0/24", f"10.{x}.0.0/24", "22"),
                self.rule("allow", "tcp", f"10.{x}.2.0/24", f"10.{x}.0.20", port),
            ],
            "subnets": [
                {"need": "n1", "network": f"{block}.0/25", "gateway": f"{block}.1"},
                {"need": "n2", "network": f"{block}.128/27", "gateway": f"{block}.158"},
                {"need": "n3", "network": f"{block}.176/28", "gateway": f"{block}.177"},
                {"need": "n4", "network": f"{block}.192/29", "gateway": f"{block}.193"},
            ],
            "triage": [
                {
                    "letter": one["id"],
                    "verdict": "phishing" if one["subject"] in SIGNS else "genuine",
                    "indicators": SIGNS.get(one["subject"], []),
                }
                for one in letters
            ],
            "config": hard.replace("MaxAuthTries 6", "MaxAuthTries 3").replace("X11Forwarding yes", "x11forwarding no")
            + "AllowGroups quantri\n",
            "log": self.log(),
            "order": [steps[one] for one in STEPS],
        }  # fmt: skip

    def log(self) -> list[dict[str, str]]:
        """Read from the lines as a person would: who fails from outside and then gets in."""
        lines = [line.split() for line in self.given("log")["lines"]]
        entered = next(one for one in lines if "Accepted" in one and not one[one.index("from") + 1].startswith("10."))
        address, account = entered[entered.index("from") + 1], entered[entered.index("for") + 1]
        failed = [one for one in lines if "Failed" in one and address in one]
        said = (address, account, failed[0][2], str(len(failed)), entered[2])
        return [{"field": f"f{n}", "text": one} for n, one in enumerate(said, 1)]

    def mark(self, answers: dict[str, Any]) -> Marked:
        ids = {one["kind"]: one["id"] for one in self.world["tasks"]}
        taken = [
            Taken(n, {"do": "answer", "task": ids[kind], "value": value}, 1000 * n)
            for n, (kind, value) in enumerate(answers.items(), 1)
        ]
        run = played(simulator("it_officer"), self.world, self.hidden, taken)
        assert run.run.refused == ()

        def raising(check: str, error: Exception) -> None:
            raise AssertionError(check) from error

        return mark(self.rubric, {"sim": Opened(model=run)}, raising)

    def points(self, **other: Any) -> dict[str, int]:
        return {one.plan.id: int(one.points) for one in self.mark({**self.answers(), **other}).checks}


@pytest.fixture
def officer(repository: Path) -> Callable[..., Officer]:
    return lambda seed=1: Officer(repository / "question_bank/samples/practical/can-bo-cntt", seed)


@pytest.mark.parametrize("seed", range(1, 13))
def test_right_answers_are_worth_everything_for_every_candidate(officer: Callable[..., Officer], seed: int) -> None:
    one = officer(seed)
    marked = one.mark(one.answers())
    assert [(each.plan.id, each.findings) for each in marked.checks if each.share != 1] == []
    assert (marked.points, marked.pending) == (2000, 0)


def test_who_does_nothing_or_keeps_what_is_there_gets_nothing(officer: Callable[..., Officer]) -> None:
    one = officer()
    assert one.mark({}).points == 0
    assert one.mark({each["kind"]: each["start"] for each in one.world["tasks"]}).points == 0


def test_no_two_candidates_have_one_paper(officer: Callable[..., Officer]) -> None:
    papers = [officer(seed) for seed in range(1, 9)]
    assert len({encode(one.world) for one in papers}) == 8
    assert len({encode(one.given("log")) for one in papers}) == 8
    assert len({encode(one.hidden["keys"]) for one in papers}) == 8


def without(rules: list[Any], at: int) -> list[Any]:
    return rules[:at] + rules[at + 1 :]


def spoilt(one: Officer) -> dict[str, tuple[dict[str, Any], dict[str, int]]]:
    """By name: answers that are wrong in one thing, and what the checks are then worth where they are not full."""
    right = one.answers()
    nets, letters, order = right["subnets"], right["triage"], right["order"]
    anything = one.rule("allow", "any", "any", "any", "any")
    bare = [{**each, "indicators": []} for each in letters]
    ticked = [{**each, "indicators": ["urgency", "link"]} for each in letters]
    return {
        "no HTTPS": ({"firewall": without(right["firewall"], 2)}, {"luat": 375}),
        "the infected machine gets in": ({"firewall": without(right["firewall"], 0)}, {"luat": 438}),
        "the order of rules": ({"firewall": right["firewall"][1:] + right["firewall"][:1]}, {"luat": 438}),
        "everything open at the end": ({"firewall": [*right["firewall"], anything]}, {"luat": 31}),
        "a network too small": ({"subnets": [{**nets[0], "network": nets[0]["network"].replace("/25", "/26")}, *nets[1:]]}, {"chia": 300}),
        "networks that overlap": ({"subnets": [*nets[:3], {**nets[3], "network": nets[2]["network"], "gateway": nets[2]["gateway"]}]}, {"chia": 200}),
        "the gateway is the network": ({"subnets": [{**nets[0], "gateway": nets[0]["network"][:-3]}, *nets[1:]]}, {"chia": 350}),
        "a network outside the block": ({"subnets": [*nets[:3], {"need": "n4", "network": "10.0.0.0/29", "gateway": "10.0.0.1"}]}, {"chia": 300}),
        "verdicts without signs": ({"triage": bare}, {"loc": 200}),
        "the same signs for all": ({"triage": ticked}, {"loc": 240}),
        "root may still come in": ({"config": right["config"].replace("RootLogin no", "RootLogin yes")}, {"ssh": 240}),
        "another port": ({"config": right["config"].replace("Port ", "Port 1")}, {"ssh": 225}),
        "below a Match": ({"config": "Match all\n" + right["config"]}, {"ssh": 0}),
        "the wrong account": ({"log": [right["log"][0], {"field": "f2", "text": "admin"}, *right["log"][2:]]}, {"nhat-ky": 200}),
        "two steps turned round": ({"order": [order[1], order[0], *order[2:]]}, {"ung-cuu": 130}),
        "all steps backwards": ({"order": order[::-1]}, {"ung-cuu": 0}),
    }  # fmt: skip


NAMES = (
    "no HTTPS", "the infected machine gets in", "the order of rules", "everything open at the end", "a network too small",
    "networks that overlap", "the gateway is the network", "a network outside the block", "verdicts without signs",
    "the same signs for all", "root may still come in", "another port", "below a Match", "the wrong account",
    "two steps turned round", "all steps backwards",
)  # fmt: skip


@pytest.mark.parametrize("name", NAMES)
def test_one_mistake_costs_what_it_is_about_and_nothing_else(officer: Callable[..., Officer], name: str) -> None:
    one = officer(5)
    full = one.points()
    answers, expected = spoilt(one)[name]
    points = one.points(**answers)
    assert {check: given for check, given in points.items() if given != full[check]} == expected


def test_any_plan_that_works_is_right(officer: Callable[..., Officer]) -> None:
    one = officer(2)
    block = f"172.16.{one.values['khoi']}"
    plan = [
        {"need": "n4", "network": f"{block}.0/26", "gateway": f"{block}.62"},
        {"need": "n3", "network": f"{block}.64/28", "gateway": f"{block}.70"},
        {"need": "n2", "network": f"{block}.96/27", "gateway": f"{block}.97"},
        {"need": "n1", "network": f"{block}.128/25", "gateway": f"{block}.254"},
    ]
    assert one.points(subnets=plan)["chia"] == 400


def test_the_machine_refuses_what_a_firewall_would_not_take(officer: Callable[..., Officer]) -> None:
    one = officer(2)
    found = simulator("it_officer")
    state = found.initial(one.world)
    wrong = [one.rule("allow", "tcp", "10.0.0.300", "any", "22")]
    assert found.decide(state, {"do": "answer", "task": "t1", "value": wrong}) is not None
    assert found.decide(
        state, {"do": "answer", "task": "t1", "value": [one.rule("allow", "tcp", "any", "any", "70000")]}
    )
    assert found.decide(state, {"do": "answer", "task": "t1", "value": one.answers()["firewall"]}) is None
