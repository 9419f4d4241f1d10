"""Everything a candidate's machine can show, as the agent's views: one for each screen and for what may befall it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from question_bank.canonical import JSON
from question_bank.formats.folder import read_bank
from question_bank.items.multiple_choice import MultipleChoice
from question_bank.items.single_choice import SingleChoice

BANK = Path(__file__).resolve().parent.parent / "question_bank" / "samples" / "bank" / "trac-nghiem"
ITEMS = 60
LONGEST_AT, SEVERAL_AT = 24, 25  # places of the two hardest items to lay out

LONG_NAME = "Công Tằng Tôn Nữ Hoàng Huyền Khương Thí Sinh Số Không Bảy Bảy"  # nobody's, and as long as names get
LONG_UNIT = "Trung tâm Phục vụ hành chính công và Kiểm soát thủ tục hành chính thuộc Văn phòng Ủy ban nhân dân tỉnh"
TITLE: dict[str, JSON] = {"vi": "Chung kết “Chính quyền số” · Ca 1", "en": "Final “Digital government” · Sitting 1"}
LONG_TITLE: dict[str, JSON] = {
    "vi": "Hội thi “Cán bộ, công chức, viên chức với chuyển đổi số và cải cách hành chính” tỉnh · Vòng chung kết · Ca 2",
    "en": "Contest “Officials and public employees in digital transformation and administrative reform” · Final · Sitting 2",
}
PART: dict[str, JSON] = {
    "number": 1, "count": 1, "title": {"vi": "Phần thi trắc nghiệm", "en": "Multiple-choice part"}, "duration_ms": 2_700_000,
}  # fmt: skip


def person(*, long: bool = False) -> dict[str, JSON]:
    """A synthetic candidate."""
    if long:
        return {"sbd": "TG0777", "full_name": LONG_NAME, "birth_date": "28/12/1990", "unit": LONG_UNIT}
    return {"sbd": "0147", "full_name": "Nguyễn Thí Sinh Một Bốn Bảy", "birth_date": "05/09/1990", "unit": "Sở Nội vụ"}


def clock(remaining_ms: int, *, running: bool = True, ends_at: str | None = "10:45") -> dict[str, JSON]:
    """The time left."""
    return {"remaining_ms": remaining_ms, "running": running, "ends_at": ends_at}


def saved(state: str, pending: int = 0, at: str | None = "10:17:19") -> dict[str, JSON]:
    """Where the answers are."""
    return {"state": state, "pending": pending, "at": at}


def chosen(*options: int) -> dict[str, JSON]:
    """The response that chooses these options, counted from 1."""
    return {"options": [f"o{option}" for option in sorted(options)]}


def answered(count: int) -> dict[str, JSON]:
    """Responses to the first so many items, but the ninth."""
    found: dict[str, JSON] = {str(n): chosen(n % 4 + 1) for n in range(1, count + 1) if n != 9}
    return {"responses": found, "answered": len(found)}


def paper() -> dict[str, JSON]:
    """Sixty items of the sample bank; two of them as long as a setting committee may write."""
    bank = read_bank(BANK).bank
    found: list[JSON] = []
    for number, item in enumerate(bank.items[:: len(bank.items) // ITEMS][:ITEMS], 1):
        assert isinstance(item, SingleChoice | MultipleChoice)
        several = isinstance(item, MultipleChoice)
        found.append(_item(number, item.common.stem, [one.text for one in item.options], several=several))
    found[LONGEST_AT - 1] = _longest(LONGEST_AT, several=False, options=4)
    found[SEVERAL_AT - 1] = _longest(SEVERAL_AT, several=True, options=8)
    return {"title": PART["title"], "items": found, "stimuli": {}}


def _item(number: int, stem: str, options: list[str], *, several: bool) -> dict[str, JSON]:
    shown: list[JSON] = [{"option_id": f"o{n}", "text": text, "fixed": False} for n, text in enumerate(options, 1)]
    view: dict[str, JSON] = {"options": shown, **({"most": len(shown)} if several else {})}
    return {
        "number": number, "type": "multiple_choice" if several else "single_choice", "stimulus": None, "stem": stem,
        "view": view, "max_marks": "1.5" if several else "1", "plays": 0,
    }  # fmt: skip


def _longest(number: int, *, several: bool, options: int) -> dict[str, JSON]:
    stem = (
        "Một công dân nộp hồ sơ đề nghị cấp giấy phép trên Cổng Dịch vụ công quốc gia vào chiều thứ Sáu. Sáng thứ Hai, cán bộ "
        "tiếp nhận phát hiện thành phần hồ sơ thiếu một giấy tờ bắt buộc, đồng thời một bản sao điện tử được chứng thực có chữ "
        "ký số đã hết hạn tại thời điểm ký. Công dân gọi điện đề nghị được bổ sung trực tiếp tại Bộ phận Một cửa vì không thành "
        "thạo thao tác trên mạng.\nTheo quy định hiện hành về giải quyết thủ tục hành chính trên môi trường điện tử, cách xử lý "
        "nào sau đây của cán bộ tiếp nhận là đầy đủ và đúng thẩm quyền nhất?"
    )
    option = (
        "Thông báo một lần, bằng văn bản điện tử qua tài khoản của công dân, toàn bộ nội dung cần bổ sung kèm căn cứ; hướng dẫn "
        "công dân được quyền bổ sung trực tuyến hoặc trực tiếp; ghi nhận thời điểm tạm dừng tính thời hạn giải quyết (phương án {n})."
    )
    return _item(number, stem, [option.format(n=n) for n in range(1, options + 1)], several=several)


BASE: Mapping[str, JSON] = {
    "screen": "searching", "room_name": "Phòng máy A", "seat_label": "B07", "connected": True, "rooms": [], "code": None,
    "code_confirmed": False, "candidate": None, "sitting": {"title": TITLE, "state": "sealed_ready", "show_result": "at_once"},
    "staging": {"ready": 2, "total": 2, "fault": None}, "part": None, "clock": None, "pause": None, "extensions_ms": 0,
    "saved": saved("idle", at=None), "answered": 0, "flagged": [], "of": 0, "responses": {}, "partly": [], "submitted": None,
    "result": None, "notice": None, "stopped": None,
}  # fmt: skip
_NOBODY: Mapping[str, JSON] = {
    **BASE, "room_name": None, "seat_label": None, "sitting": None, "staging": {"ready": 0, "total": 0, "fault": None},
}  # fmt: skip
_HERE: Mapping[str, JSON] = {
    **BASE,
    "candidate": person(),
    "part": PART,
    "clock": clock(2_700_000, running=False, ends_at=None),
}
_LONG: Mapping[str, JSON] = {
    **_HERE, "candidate": person(long=True), "sitting": {"title": LONG_TITLE, "state": "sealed_ready", "show_result": "at_once"},
}  # fmt: skip
_EXAM: Mapping[str, JSON] = {
    **_HERE, "screen": "exam", "clock": clock(1_661_000), "of": ITEMS, "flagged": [9, 17], **answered(23), "saved": saved("server"),
    "sitting": {"title": TITLE, "state": "open", "show_result": "at_once"},
}  # fmt: skip
_DONE: Mapping[str, JSON] = {
    **_HERE, "screen": "submitted", "clock": clock(0, running=False),
    "submitted": {"at": "10:41:07", "receipt": "K7QF-3M2P", "forced": False, "answered": 58, "of": ITEMS},
}  # fmt: skip
_ROOMS: list[JSON] = [
    {"room_id": "r1", "name": "Phòng máy A", "fingerprint": "9F3C-71B2-04DE-88A1", "addresses": ["192.168.1.10:8443"]},
    {
        "room_id": "r2", "name": "Phòng máy B · Trường Chính trị tỉnh, cơ sở 2, tầng 3", "fingerprint": "0C11-A7D4-5E90-2B6F",
        "addresses": ["192.168.1.20:8443", "10.20.30.40:8443"],
    },
]  # fmt: skip


def hall(**told: JSON) -> dict[str, JSON]:
    """What the hall says to this machine: nothing but this."""
    return {"messages": [], "hand": None, "lock": None, "next_word": None, "errata": [], **told}


def notice(code: str, detail: str = "") -> dict[str, JSON]:
    """A notice beside the screen."""
    return {"code": code, "detail": detail}


_KEPT: dict[str, JSON] = {
    "records": 3,
    "sittings": ["tien-giang-2020-ca-1"],
    "folder": "/var/lib/examroom-kiosk/outbox",
}

# name of the state -> what the agent shows; the name begins with the screen's own
STATES: Mapping[str, Mapping[str, JSON]] = {
    "searching": _NOBODY,
    "searching no answer": {**_NOBODY, "notice": notice("join_no_answer", "192.168.1.10:8443")},
    "choose_room two": {**_NOBODY, "screen": "choose_room", "rooms": _ROOMS},
    "choose_room after a false one": {
        **_NOBODY, "screen": "choose_room", "rooms": _ROOMS, "notice": notice("join_codes_differ"),
    },
    "compare_code": {**_NOBODY, "screen": "compare_code", "code": "482913"},
    "compare_code confirmed": {**_NOBODY, "screen": "compare_code", "code": "482913", "code_confirmed": True},
    "paired_idle": {**BASE, "screen": "paired_idle", "sitting": None},
    "paired_idle after another sitting": {**BASE, "screen": "paired_idle", "sitting": None, "kept": _KEPT},
    "sign_in": {**BASE, "screen": "sign_in"},
    "sign_in staging": {**BASE, "screen": "sign_in", "staging": {"ready": 1, "total": 2, "fault": None}},
    "sign_in staging fault": {**BASE, "screen": "sign_in", "notice": notice("staging", "wrong_digest")},
    "sign_in moved": {**BASE, "screen": "sign_in", "notice": notice("moved")},
    "sign_in after another sitting": {**BASE, "screen": "sign_in", "kept": _KEPT},
    "sign_in long title": {**BASE, "screen": "sign_in", "sitting": _LONG["sitting"]},
    "confirm": {**_HERE, "screen": "confirm"},
    "confirm long": {**_LONG, "screen": "confirm"},
    "rules": {**_HERE, "screen": "rules"},
    "typing": {**_HERE, "screen": "typing"},
    "waiting": {**_HERE, "screen": "waiting"},
    "waiting long": {**_LONG, "screen": "waiting", "staging": {"ready": 1, "total": 2, "fault": None}},
    "exam fresh": {**_EXAM, "responses": {}, "answered": 0, "flagged": [], "saved": saved("idle", at=None), "clock": clock(2_699_000)},
    "exam working": _EXAM,
    "exam on this machine": {**_EXAM, "saved": saved("machine", 1)},
    "exam offline": {**_EXAM, "connected": False, "saved": saved("machine", 14)},
    "exam long name": {**_EXAM, "candidate": person(long=True), "extensions_ms": 300_000, "clock": clock(5_425_000, ends_at="11:45")},
    "exam last minutes": {**_EXAM, "clock": clock(272_000), **answered(58), "notice": notice("refused")},
    "exam waiting for a decision": {**_EXAM, "waiting": {"1": chosen(4), "9": chosen(2), "12": {}}, "notice": notice("late_paused", "1, 9, 12")},
    "exam disk full": {**_EXAM, "saved": saved("machine", 2), "notice": notice("disk_full")},
    "exam called": {**_EXAM, "hall": hall(hand={"category": "equipment", "since": "10:14"})},
    "exam message": {**_EXAM, "hall": hall(
        messages=[{"id": "m1", "text": "Còn 15 phút làm bài. Đề nghị các thí sinh giữ trật tự.", "at": "10:15", "confirm": True, "shown": False}],
    )},
    "paused": {
        **_EXAM, "screen": "paused", "clock": clock(1_661_000, running=False, ends_at=None),
        "pause": {"reason": "Mất điện dãy B, đang chuyển sang máy phát", "since": "10:12"},
    },
    "paused next word": {
        **_EXAM, "screen": "paused", "clock": clock(1_661_000, running=False, ends_at=None),
        "pause": {"reason": "Mất điện dãy B, đang chuyển sang máy phát", "since": "10:12"},
        "hall": hall(next_word={"text": "Đang chờ điện lực trả lời", "at": "10:40", "in_ms": 1_500_000}),
    },
    "switching": {
        **_EXAM, "screen": "switching", "clock": clock(1_661_000, running=False, ends_at=None),
        "hall": hall(
            switch={"reason": "đề chính thức có dấu hiệu bị lộ", "opened": False, "clock": "rest", "least_ms": 1_800_000},
            next_word={"text": "", "at": "10:40", "in_ms": 1_500_000},
        ),
    },
    "switching opened": {
        **_EXAM, "screen": "switching", "clock": clock(1_661_000, running=False, ends_at=None),
        "hall": hall(switch={"reason": "đề chính thức có dấu hiệu bị lộ", "opened": True, "clock": "full", "least_ms": 0}),
    },
    "locked": {
        **_EXAM, "screen": "locked", "clock": clock(1_661_000, running=False, ends_at=None),
        "hall": hall(lock={"sentence": "Mời anh/chị ngồi tại chỗ, cán bộ coi thi đang đến.", "stands": True}),
    },
    "locked while the clock runs": {
        **_EXAM, "screen": "locked", "candidate": person(long=True), "clock": clock(1_661_000),
        "hall": hall(
            lock={"sentence": "Mời anh/chị ngồi tại chỗ, cán bộ coi thi đang đến.", "stands": False},
            hand={"category": "other", "since": "10:14"},
        ),
    },
    "time_up": {**_EXAM, "screen": "time_up", "clock": clock(0), "saved": saved("machine", 3)},
    "time_up saved": {**_EXAM, "screen": "time_up", "clock": clock(0)},
    "submitting": {**_EXAM, "screen": "submitting", "saved": saved("machine", 1)},
    "submitting offline": {**_EXAM, "screen": "submitting", "connected": False, "saved": saved("machine", 5)},
    "submitted result": {
        **_DONE, "result": {"right": 42, "of": ITEMS, "marks": "42", "max_marks": "60", "time_taken_s": 1534},
    },
    "submitted later": {**_DONE, "sitting": {"title": TITLE, "state": "open", "show_result": "later"}},
    "submitted by the deadline": {
        **_DONE, "candidate": person(long=True),
        "submitted": {"at": "10:45:00", "receipt": "K7QF-3M2P", "forced": True, "answered": 31, "of": ITEMS},
        "result": {"right": 9, "of": ITEMS, "marks": "9.25", "max_marks": "60", "time_taken_s": 2700},
    },
    "closed with answers here": {
        **BASE, "screen": "closed", "sitting": {"title": TITLE, "state": "closed", "show_result": "later"}, "kept": _KEPT,
        "saved": saved("machine", 3),
    },
    "closed": {**BASE, "screen": "closed", "sitting": {"title": TITLE, "state": "closed", "show_result": "later"}},
    "stopped": {**BASE, "screen": "stopped", "stopped": "unpaired", "connected": False},
    "stopped copied disk": {**BASE, "screen": "stopped", "stopped": "replaced", "connected": False, "kept": _KEPT},
    "stopped other version": {**BASE, "screen": "stopped", "stopped": "wrong_protocol", "connected": False},
    "no_server": {**BASE, "screen": "no_server", "connected": False, "sitting": None},
}  # fmt: skip
