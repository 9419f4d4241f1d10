"""Files that officers bring, as pictures need them: right ones, and ones with every mistake a person can make."""

from __future__ import annotations

from pathlib import Path

# Twenty different mistakes, one or two a row; every name is invented.
BAD_ROSTER = """Danh sách thí sinh dự thi vòng chung kết,,,,,,,
SBD,Họ và tên,Ngày sinh,Đơn vị,Bảng,Chức vụ,Phòng,Số máy
0001,Nguyễn Thí Sinh Một,31/02/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A01
0002,Trần Thí Sinh Hai,5/9/88,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A02
0003,Lê Thí Sinh Ba,1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A03
0004,Phạm Thí Sinh Bốn,33120,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A04
0005,Đặng Thí Sinh Năm,05/09/2031,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A05
0006,Hoàng Thí Sinh Sáu,05/09/1905,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A06
0007,Nguyễn Thí Sinh Bảy,05/09/2024,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A07
0008,Bình,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A08
0009,Trần Thí Sinh 9,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A09
0010,Lê Thí Sinh @ Mười,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A10
0001,Phạm Thí Sinh Mười Một,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A11
SBD/12?,Đặng Thí Sinh Mười Hai,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A12
13,Hoàng Thí Sinh Mười Ba,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A13
0014,Nguyễn Thí Sinh Mười Bốn,05/09/1990,,A,Chuyên viên,Phòng máy A,A14
0015,Trần Thí Sinh Mười Lăm,05/09/1990,Sở Nội vụ,C,Chuyên viên,Phòng máy A,A15
0016,Lê Thí Sinh Mười Sáu,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy Z,A16
0017,Phạm Thí Sinh Mười Bảy,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A01
0018,Đặng Thí Sinh Mười Tám,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,?!
0019,Hoàng Thí Sinh Mười Chín,05/09/1990,Sở Nội vụ,A,Chuyên viên,,A19
0020,Ngọ Thí Sіnh Hai Mươi,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A20
0021,Nguyễn Thí Sinh Một,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A21
0022,Nguyễn Thí Sinh Một,05/09/1990,Sở Nội vụ,A,Chuyên viên,Phòng máy A,A22
"""
# Right after a few cells were put right: lower-case letters, wide blanks, a date written another way.
FAIR_ROSTER = """SBD,Họ và tên,Ngày sinh,Đơn vị,Bảng,Chức vụ
0001,NGUYỄN THÍ SINH MỘT,5-9-1990,Sở  Nội vụ,A,Chuyên viên
0002,  Trần Thí Sinh   Hai ,06/10/1991,Văn phòng Ủy ban nhân dân tỉnh,A,Phó Trưởng phòng
0003,Lê Thí Sinh Ba,7.11.1992,Sở Khoa học và Công nghệ,A,Chuyên viên
"""
BAD_OFFICERS = """Họ và tên,Vai trò,Đơn vị,Tên đăng nhập
Nguyễn Cán Bộ Một,Thanh tra,Ban Coi thi,
Trần Cán Bộ Hai,,Ban Coi thi,
,Cán bộ coi thi,Ban Coi thi,
Lê Cán Bộ Bốn,Cán bộ coi thi,Ban Coi thi,KHÔNG ĐƯỢC
Phạm Cán Bộ Năm,Cán bộ coi thi,Ban Coi thi,kythuat
Đặng,Cán bộ coi thi,Ban Coi thi,
Hoàng Cán Bộ Bảy,Thư ký,Ban Coi thi,canbo7
Nguyễn Cán Bộ Tám,Thư ký,Ban Coi thi,canbo7
"""
OFFICERS = """Họ và tên,Vai trò,Đơn vị
Nguyễn Cán Bộ Coi Thi Ba,Cán bộ coi thi,Ban Coi thi
Trần Cán Bộ Coi Thi Bốn,Cán bộ coi thi,Ban Coi thi
"""
BAD_SITTING = """format: exam-sitting/1
sitting_id: Ca Thi Số 1
title: {vi: "Chung kết", fr: "Finale"}
contest_id: tien-giang-2020
bodies: [Ban Đề thi]
parts:
  - {section_code: ly-thuyet, title: {vi: Phần thi trắc nghiệm, en: Multiple-choice part}, duration_s: 45 phút}
rules: {opening: tùy chọn, show_result: at_once, time_unit_ms: 1000, grace_s: 3000, marking_opens: at_start}
committee_key: "exam-committee AAAA"
packages: {primary: p-một, reserve: p-một}
người_lập: Tổ Thư ký
"""


def write_all(folder: Path) -> None:
    """Put every file where the pictures' forms choose it."""
    files = {
        "danh-sach-sai.csv": BAD_ROSTER, "danh-sach.csv": FAIR_ROSTER, "can-bo-sai.csv": BAD_OFFICERS,
        "can-bo.csv": OFFICERS, "ca-thi-sai.yaml": BAD_SITTING, "khong-phai-de.exam": "không phải đề niêm phong",
        "khong-phai-bang-tinh.xlsx": "không phải bảng tính",
    }  # fmt: skip
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
