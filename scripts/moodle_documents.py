r"""Example exports of Moodle, in our words: what officials' courses hold, from release 1.9 to 4.3. Each is a list of its parts."""

from __future__ import annotations

import base64
from collections.abc import Sequence

from scripts.moodle_export import (
    M2,
    M3,
    M4,
    M19,
    Asked,
    File,
    category,
    choice,
    cloze,
    essay,
    gapped,
    matching,
    matrix,
    numerical,
    ordering,
    picture,
    question,
    short,
    truefalse,
    without_counterpart,
)

Document = Sequence[Asked | str]

_RIBBON, _ALIGN, _SEAL = picture("Home  Insert"), picture("= = ="), picture("CON DAU", 90, 90)
_ICONS = {name: File(f"{name}.png", picture(name.upper(), 48, 32)) for name in ("copy", "cut", "paste")}
_ATTO = '<p dir="ltr" style="text-align: left;">{}<br></p>'
_WORD = (
    '<!--[if gte mso 9]><xml><w:WordDocument></w:WordDocument></xml><![endif]--><p class="MsoNormal" style="margin-bottom:6.0pt;'
    'line-height:150%"><span style="font-size:13.0pt;line-height:150%;font-family:&quot;Times New Roman&quot;,serif" lang="VI">{}<o:p></o:p></span></p>'
)
_DATA = "data:image/png;base64," + base64.b64encode(_SEAL).decode()

SINGLE: Document = [
    category("$course$/top/Mặc định cho Tin học văn phòng/Soạn thảo văn bản", M4, "<p>Câu hỏi dùng cho lớp bồi dưỡng</p>"),
    choice("TH-001", _ATTO.format("Tổ hợp phím nào dùng để lưu tệp đang mở?"), {"Ctrl + P": "0", "Ctrl + S": "100", "Ctrl + O": "0", "Ctrl + N": "0"},
           idnumber="TH-001", tags=["phím tắt", "nhận biết"]),
    choice("TH-002", _ATTO.format("Trong văn bản hành chính, <b>quốc hiệu</b> được đặt ở đâu?"),
           {"Góc trên bên phải trang đầu": "100", "Chính giữa trang cuối": "0", "Góc dưới bên trái": "0", "Sau phần nơi nhận": "0"},
           idnumber="TH-002", feedback="<p>Theo quy định về thể thức, quốc hiệu ở phía trên, bên phải trang đầu.</p>"),
    choice("TH-003", "<p>Định dạng tệp nào <em>không</em> giữ được macro?</p>", {".docx": "100", ".docm": "0", ".dotm": "0"}, shuffled=False, p=False),
    choice("TH-004", "<p>Chọn phát biểu đúng về thư mục.</p>",
           {"Một thư mục có thể chứa thư mục khác": "100", "Một thư mục chỉ chứa tệp": "0", "Hai thư mục cùng cấp được trùng tên": "0",
            "Tất cả các phương án trên đều sai": "0"}),
    choice("TH-005", "<p>Lệnh <code>=SUM(A1:A3)</code> cho kết quả gì khi A1 = 2, A2 = 3, A3 = 5?</p>", {"10": "100", "8": "0", "5": "0", "#VALUE!": "0"}),
    choice("TH-006", "<p>Ký hiệu nào sau đây là toán tử so sánh “khác” trong Excel?</p>", {"&lt;&gt;": "100", "!=": "0", "=/=": "0", "&gt;&lt;": "0"}, p=False),
]  # fmt: skip

SEVERAL: Document = [
    category("$course$/top/Dịch vụ công", M3),
    choice("DVC 01", "<p>Những giấy tờ nào có thể nộp dạng bản sao điện tử có chứng thực?</p>",
           {"Giấy khai sinh": "50", "Giấy chứng nhận kết hôn": "50", "Ảnh chụp màn hình": "-50", "Tin nhắn thoại": "-50"}, M3, single=False),
    choice("DVC 02", "<p>Hành vi nào làm lộ mật khẩu?</p>",
           {"Ghi mật khẩu dán lên màn hình": "33.33333", "Dùng chung tài khoản": "33.33333", "Gửi mật khẩu qua thư điện tử": "33.33333",
            "Đổi mật khẩu định kỳ": "-100"}, M3, single=False),
    choice("DVC 03", "<p>Kênh nào tiếp nhận hồ sơ trực tuyến? (một phương án đúng)</p>",
           {"Cổng dịch vụ công quốc gia": "100", "Mạng xã hội": "0", "Bảng tin": "0"}, M3, single=False),
    choice("DVC 04", "<p>Chọn các bước <strong>bắt buộc</strong>.</p>",
           {"Đăng nhập": "25", "Chọn thủ tục": "25", "Điền biểu mẫu": "25", "Gửi hồ sơ": "25", "In toàn bộ quy định": "-25"}, M3, single=False),
]  # fmt: skip

TRUTHS: Document = [
    truefalse("Câu 1", "<p>Chữ ký số hợp lệ có giá trị pháp lý như chữ ký tay trong trường hợp luật quy định.</p>", True, M2),
    truefalse("Câu 2", "<p>Có thể dùng chung chứng thư số của lãnh đạo khi lãnh đạo đi vắng.</p>", False, M2,
              ("Chứng thư số gắn với một người.", "Đúng vậy, không được dùng chung.")),
    truefalse("Câu 3", "Tệp .pdf luôn luôn sửa được bằng Word mà không thay đổi bố cục.", False, M2, form="moodle_auto_format"),
    truefalse("Câu 4", "<p>Xóa tệp trong thư mục dùng chung có thể ảnh hưởng tới người khác.</p>", True, M2, feedback="<p>Mọi người cùng thấy một bản.</p>"),
]  # fmt: skip

PAIRS: Document = [
    matching("Ghép phím tắt", "<p>Ghép phím tắt với chức năng.</p>",
             [("Ctrl + C", "Sao chép"), ("Ctrl + V", "Dán"), ("Ctrl + Z", "Hoàn tác"), ("", "In ấn")], M3),
    matching("Ghép hàm", "<p>Ghép <i>hàm</i> với kết quả trả về.</p>",
             [("<code>COUNT</code>", "Số ô chứa số"), ("<code>COUNTA</code>", "Số ô không trống"), ("<code>MAX</code>", "Số lớn nhất")], M3,
             ) ,
    matching("Ghép nơi nhận", "<p>Mỗi loại hồ sơ nộp ở đâu?</p>",
             [("Hộ tịch", "Bộ phận một cửa cấp xã"), ("Cư trú", "Công an cấp xã"), ("Chứng thực", "Bộ phận một cửa cấp xã")], M3),
]  # fmt: skip

WORDS: Document = [
    short("Viết tắt", "<p>Viết đầy đủ cụm từ viết tắt <b>CCCD</b>.</p>", {"căn cước công dân": "100", "thẻ căn cước công dân": "80", "*": "0"}),
    short("Phím", "<p>Phím nào làm mới trang trình duyệt?</p>", {"F5": "100", "Ctrl+R": "100"}),
    short("Phân biệt hoa thường", "<p>Gõ đúng tên miền của cổng dịch vụ công quốc gia (chữ thường).</p>", {"dichvucong.gov.vn": "100"}, case=1),
    short("Bắt đầu bằng", "<p>Từ nào bắt đầu bằng “liên”?</p>", {"liên*": "100"}, review=True),
    short("Ký hiệu nhân", "<p>Dấu nhân trong công thức Excel là dấu nào?</p>", {r"\*": "100"}),
]  # fmt: skip

NUMBERS: Document = [
    numerical("Số trang", "<p>Một tệp 12 trang in hai mặt cần bao nhiêu tờ giấy?</p>", {"6": ("100", "0")}),
    numerical("Dung lượng", "<p>1,5 GB bằng bao nhiêu MB (quy ước 1 GB = 1024 MB)?</p>", {"1536": ("100", "0"), "1500": ("50", "0")},
              units={"MB": "1", "GB": "0.0009765625"}, grading=1),
    numerical("Tỷ lệ", "<p>Tính 1/8 dưới dạng thập phân.</p>", {"0.125": ("100", "0.001")}),
    numerical("Quãng đường", "<p>Trụ sở cách trung tâm 3,2 km. Bao nhiêu mét?</p>", {"3200": ("100", "0")}, units={"m": "1", "km": "0.001"}),
    numerical("Âm", "<p>Nhiệt độ thấp nhất trong bảng (âm mười hai rưỡi)?</p>", {"-12.5": ("100", "0.05"), "*": ("0", "0")}),
]  # fmt: skip

WRITING: Document = [
    essay("Tự luận 1", "<p>Trình bày quy trình tiếp nhận hồ sơ trực tuyến tại đơn vị của anh (chị).</p>", told="<p>Đủ bốn bước: 0,25 điểm mỗi bước.</p>"),
    essay("Tự luận 2", "<p>Phân tích rủi ro khi dùng thư điện tử cá nhân để gửi văn bản.</p>", M3),
    essay("Tự luận 3", "<p>Nộp tệp bảng tính đã hoàn thiện.</p>", files=1),
]  # fmt: skip

CLOZE: Document = [
    cloze("Điền 1", "<p>Hàm {1:SHORTANSWER:=SUM} tính tổng, hàm {1:SHORTANSWER:=AVERAGE~%50%AVG#chưa đủ} tính trung bình.</p>",
          {"1": "SUM", "2": "AVERAGE"}),
    cloze("Điền 2", "<p>Một byte có {1:NUMERICAL:=8:0} bit; một KB có {1:NUMERICAL:=1024:0~%50%1000:0} byte.</p>", {"1": "8", "2": "1024"}),
    cloze("Điền 3", "<p>Phần mở rộng của tệp Word là {1:MULTICHOICE:.xlsx~=.docx~.pptx}; của Excel là {1:MULTICHOICE_S:=.xlsx#đúng~.docx~.pptx}.</p>",
          {"1": ".docx", "2": ".xlsx"}),
    cloze("Điền 4", "<table><tbody><tr><td>Việc</td><td>Phím</td></tr><tr><td>Lưu</td><td>{1:SA:=Ctrl+S}</td></tr>"
          "<tr><td>In</td><td>{2:MCV:Ctrl+O~=Ctrl+P}</td></tr></tbody></table>", {"1": "Ctrl+S", "2": "Ctrl+P"}),
    cloze("Điền 5", r"<p>Dấu ngoặc nhọn đóng viết là {1:SHORTANSWER_C:=\}}; dấu thăng là {1:SHORTANSWER:=\#}.</p>", {"1": "}", "2": "#"}),
    without_counterpart("cloze", "Điền 6", "<p>Chọn mọi số chẵn: {1:MULTIRESPONSE:=2~=4~3}</p>"),
]  # fmt: skip

GAPS: Document = [
    gapped("ddwtos", "Kéo từ 1", "<p>Văn bản [[1]] được [[2]] trước khi phát hành.</p>", [("đến", 1), ("ký số", 1), ("xóa", 1)], {"1": "đến", "2": "ký số"}),
    gapped("ddwtos", "Kéo từ 2", "<p>Nhấn [[1]] để chép, [[2]] để dán, rồi lại [[2]] để dán lần nữa.</p>", [("Ctrl+C", 1), ("Ctrl+V", 1)],
           {"1": "Ctrl+C", "2": "Ctrl+V", "3": "Ctrl+V"}, M3, again=True),
    gapped("gapselect", "Chọn từ", "<p>Ô [[1]] chứa số, ô [[3]] chứa chữ.</p>", [("A1", 1), ("B2", 1), ("C3", 2), ("D4", 2)], {"1": "A1", "2": "C3"}),
    gapped("gapselect", "Chọn từ 2", "<p>Phông chữ của văn bản là [[2]], cỡ [[3]].</p>", [("Arial", 1), ("Times New Roman", 1), ("14", 2), ("40", 2)],
           {"1": "Times New Roman", "2": "14"}, M2),
]  # fmt: skip

ORDERS: Document = [
    ordering("Thứ tự 1", "<p>Sắp xếp các bước gửi thư có tệp đính kèm.</p>", ["Mở trình soạn thư", "Đính kèm tệp", "Kiểm tra người nhận", "Nhấn Gửi"]),
    ordering("Thứ tự 2", "<p>Xếp theo dung lượng tăng dần.</p>", ["1 KB", "1 MB", "1 GB"], grading="ABSOLUTE_POSITION"),
    ordering("Thứ tự 3", "<p>Xếp các cấp theo thứ tự từ thấp đến cao.</p>", ["Xã", "Tỉnh", "Trung ương"], M3, grading="RELATIVE_NEXT_EXCLUDE_LAST"),
]  # fmt: skip

TABLES: Document = [
    matrix("kprime", "KP 1", "<p>Về an toàn thông tin:</p>",
           {"Nên bật xác thực hai lớp": True, "Nên dùng một mật khẩu cho mọi nơi": False, "Cần khóa màn hình khi rời chỗ": True, "USB lạ luôn an toàn": False}),
    matrix("kprime", "KP 2", "<p>Các hàng nằm lộn thứ tự trong tệp:</p>",
           {"Hàng một đúng": True, "Hàng hai đúng": True, "Hàng ba sai": False, "Hàng bốn sai": False}, order=(3, 1, 4, 2)),
    matrix("mtf", "MTF", "<p>Về bảng tính:</p>", {"Ô có địa chỉ": True, "Hàng đánh bằng chữ": False, "Cột đánh bằng chữ": True, "Có thể sắp xếp": True},
           columns=("True", "False")),
    matrix("mtf", "MTF sáu hàng", "<p>Nhiều quá bốn:</p>", {f"Mệnh đề {n}": n % 2 == 0 for n in range(6)}),
]  # fmt: skip

PICTURES: Document = [
    choice("Hình 1", '<p>Dải lệnh trong hình thuộc thẻ nào?</p><p><img src="@@PLUGINFILE@@/d%E1%BA%A3i%20l%E1%BB%87nh.png" alt="Hai thẻ lệnh" '
           'width="120" height="60" class="img-fluid atto_image_button_text-bottom"></p>', {"Home": "100", "View": "0", "Review": "0"},
           files=[File("dải lệnh.png", _RIBBON)]),
    choice("Hình 2", "<p>Biểu tượng nào là “Dán”?</p>", {'<img src="@@PLUGINFILE@@/paste.png" alt="Biểu tượng 1">': "100",
           '<img src="@@PLUGINFILE@@/copy.png" alt="Biểu tượng 2">': "0", '<img src="@@PLUGINFILE@@/cut.png" alt="Biểu tượng 3">': "0"},
           answer_files={f'<img src="@@PLUGINFILE@@/{name}.png" alt="Biểu tượng {n}">': _ICONS[name]
                         for n, name in enumerate(("paste", "copy", "cut"), 1)}, right=["Biểu tượng 1"]),
    choice("Hình 3", f'<p>Dấu trong hình là dấu gì? <img src="{_DATA}" alt="Con dấu tròn"></p>', {"Dấu cơ quan": "100", "Dấu giáp lai": "0"}),
    truefalse("Hình 4", '<p>Đoạn văn trong hình được căn đều.<br><img src="@@PLUGINFILE@@/can%20le.png" alt="Ba dòng kẻ"></p>', True,
              files=[File("can le.png", _ALIGN)]),
    choice("Hình thiếu", '<p>Xem hình <img src="@@PLUGINFILE@@/khong-co.png" alt="Hình không có">.</p>', {"Có": "100", "Không": "0"}, review=True),
]  # fmt: skip

FORMULAS: Document = [
    choice("CT 1", r"<p>Giá trị của \(\frac{1}{2} + \frac{1}{4}\) là:</p>", {r"\(\frac{3}{4}\)": "100", r"\(\frac{1}{6}\)": "0", r"\(\frac{2}{6}\)": "0"},
           right=[r"{{math:\frac{3}{4}}}"]),
    numerical("CT 2", r"<p>Nghiệm dương của phương trình sau là bao nhiêu?</p><p>$$x^2 - 9 = 0$$</p>", {"3": ("100", "0")}),
    choice("CT 3", '<p>Công thức tính diện tích hình tròn: <math xmlns="http://www.w3.org/1998/Math/MathML"><mi>S</mi><mo>=</mo><mi>π</mi><msup><mi>r</mi>'
           "<mn>2</mn></msup></math>. Với r = 2 thì S gần bằng:</p>", {"12,57": "100", "6,28": "0"}),
    choice("CT 4", r"<p>Số nào thuộc \(\{1;2;3\}\)? Biết \(5 \% \neq 0{,}5\).</p>", {"2": "100", "4": "0"}),
    truefalse("CT 5", r"<p>[tex]\sqrt{16} = 4[/tex]</p>", True),
]  # fmt: skip

PASTED: Document = [
    choice("Word 1", _WORD.format("Thời hạn giải quyết hồ sơ được tính từ <b style=\"mso-bidi-font-weight:normal\">ngày nào</b>?"),
           {"Ngày nhận đủ hồ sơ hợp lệ": "100", "Ngày người dân hỏi": "0", "Ngày đầu tháng": "0"}),
    choice("Word 2", _WORD.format("Nội dung&nbsp;nào&nbsp;&nbsp;thuộc thể thức văn bản?"),
           {'<span style="font-size:13.0pt;color:#333333">Số, ký hiệu</span>': "100", '<span style="color:black">Tranh minh họa</span>': "0"},
           right=["Số, ký hiệu"]),
    choice("Word 3", _WORD.format("H<sub>2</sub>O là gì? 10<sup>3</sup> bằng bao nhiêu?"), {"Nước; 1000": "100", "Khí; 100": "0"}),
    choice("Web", '<p>Hàm nào đếm ô? <span class="katex"><span class="katex-mathml"><math><semantics><mrow><mi>n</mi></mrow><annotation '
           'encoding="application/x-tex">n</annotation></semantics></math></span><span class="katex-html" aria-hidden="true"><span>n</span></span></span></p>',
           {"COUNT": "100", "LEFT": "0"}),
    choice("Có script", '<p>Nhấn vào đây <a href="#" onclick="alert(1)">xem</a><script>alert(2)</script></p>', {"Có": "100", "Không": "0"}, review=True),
]  # fmt: skip

LISTS: Document = [
    choice("Bảng 1", "<p>Cho bảng:</p><table><thead><tr><th>Tháng</th><th>Hồ sơ</th></tr></thead><tbody><tr><td>1</td><td>120</td></tr><tr><td>2</td>"
           "<td>95</td></tr></tbody></table><p>Tháng nào nhiều hồ sơ hơn?</p>", {"Tháng 1": "100", "Tháng 2": "0"}),
    choice("Danh sách", "<p>Xét các việc:</p><ol><li>Quét văn bản</li><li>Đặt tên tệp</li><li>Lưu trữ</li></ol><p>Việc nào làm trước?</p>",
           {"Quét văn bản": "100", "Lưu trữ": "0"}),
    choice("Mã", "<p>Đoạn lệnh sau làm gì?</p><pre>FOR i = 1 TO 3\n    PRINT i\nNEXT i</pre>", {"In các số 1, 2, 3": "100", "In số 3": "0"}),
    choice("Ô gộp", '<table><tbody><tr><td colspan="2">Tiêu đề</td></tr><tr><td>a</td><td>b</td></tr></tbody></table><p>Bảng có mấy cột?</p>',
           {"2": "100", "1": "0"}, review=True),
]  # fmt: skip

OLD: Document = [
    category("Tin học cơ bản", M19),
    choice("Câu cũ 1", "Thiết bị nào là thiết bị nhập?", {"Bàn phím": "100", "Màn hình": "0", "Loa": "0"}, M19, p=False),
    choice("Câu cũ 2", "Trong hình là biểu mẫu gì?", {"Tờ khai": "100", "Hóa đơn": "0"}, M19, p=False, old_picture=_SEAL),
    truefalse("Câu cũ 3", "RAM mất dữ liệu khi mất điện.", True, M19),
    short("Câu cũ 4", "Viết tắt của “bộ xử lý trung tâm”?", {"CPU": "100"}, M19),
    matching("Câu cũ 5", "Ghép đôi.", [("Chuột", "Thiết bị nhập"), ("Máy in", "Thiết bị xuất")], M19),
    numerical("Câu cũ 6", "2 mũ 10?", {"1024": ("100", "0")}, M19),
]  # fmt: skip

CATEGORIES: Document = [
    category("$course$/top/Cấp 1", M4),
    choice("A1", "<p>Câu của cấp 1?</p>", {"Đúng": "100", "Không đúng": "0"}),
    category("$course$/top/Cấp 1/Mạng//Internet", M4),
    choice("A2", "<p>Giao thức nào bảo mật?</p>", {"HTTPS": "100", "HTTP": "0"}),
    category("$system$/top/Dùng chung", M4),
    truefalse("A3", "<p>Thư rác có thể chứa mã độc.</p>", True, hidden=1),
    without_counterpart("random", "Ngẫu nhiên", "1"),
    question("description", "Lời dẫn", "<p>Đọc kỹ trước khi làm.</p>", "", M4),
]  # fmt: skip

MIXED: Document = [
    question("description", "Đoạn dẫn", "<p>Đọc đoạn sau rồi trả lời các câu 1 và 2.</p>", "", M4),
    choice("HH 1", "<p>Văn bản đi phải làm gì trước khi gửi?</p>", {"Đăng ký số": "100", "Đóng gói": "0"}, grade="2.0000000"),
    choice("HH 2", "<p>Ai ký thay?</p>", {"Cấp phó được giao": "100", "Bất kỳ ai": "0"}, hints=["<p>Xem quy chế.</p>", "<p>Xem phân công.</p>"]),
    short("HH 3", "<p>Tên gọi tắt của Hội đồng nhân dân?</p>", {"HĐND": "100"}),
    without_counterpart("calculated", "HH 4", "<p>Tính {a} + {b}.</p>", "    <answer fraction=\"100\">\n    <text>{a}+{b}</text>\n</answer>\n"),
    without_counterpart("coderunner", "HH 5", "<p>Viết hàm.</p>"),
    choice("HH 6", "<p>Chọn đáp án đúng nhất.</p>", {"Đáp án A": "100", "Đáp án B": "0", "Cả A và B đều đúng": "0"},
           said={"Đáp án B": "<p>Chưa đủ.</p>"}),
    choice("HH 7", "<p>Hai phương án cùng đủ điểm.</p>", {"Một": "100", "Hai": "100", "Ba": "0"}, review=True),
    choice("HH 8", "<p>Không phương án nào đủ điểm.</p>", {"Một": "0", "Hai": "0"}, review=True),
]  # fmt: skip

PLAIN: Document = [
    choice("MD 1", "Chọn **một** phím:\n\n- mở tệp\n- `Ctrl+O`", {"Ctrl+O": "100", "Ctrl+C": "0"}, M4, form="markdown"),
    choice("TXT", "So sánh 3 < 5 & 5 > 3 đúng hay sai?", {"Cả hai đúng": "100", "Cả hai sai": "0"}, M4, form="plain_text"),
    truefalse("AUTO", "Dòng một\nDòng hai\n\nĐoạn hai", True, M4, form="moodle_auto_format"),
    choice("ENT", "<p>R&amp;D &ndash; “&lt;b&gt;” nghĩa là gì? &copy; 2026 &#7879;</p>", {"Thẻ in đậm": "100", "Thẻ ảnh": "0"}),
    choice("CDATA", "<p>Chuỗi ]]> kết thúc gì?</p>", {"Phần CDATA": "100", "Thẻ": "0"}),
]  # fmt: skip

PLUGINS: Document = [
    choice("OU 1", "<p>Chọn các thiết bị xuất.</p>", {"Màn hình": "100", "Máy in": "100", "Chuột": "0"}, M3, single=False),
    choice("BỘ 1", "<p>Chọn cả hai hệ điều hành.</p>", {"Windows": "100", "Linux": "100", "Excel": "0"}, M3, single=False),
]  # fmt: skip

DOCUMENTS: dict[str, Document] = {
    "mot-lua-chon-4.3": SINGLE, "nhieu-lua-chon-3.8": SEVERAL, "dung-sai-2.7": TRUTHS, "ghep-doi-3.8": PAIRS, "tra-loi-ngan-4.3": WORDS,
    "so-va-don-vi-4.3": NUMBERS, "tu-luan": WRITING, "dien-khuyet": CLOZE, "keo-va-chon-tu": GAPS, "sap-xep": ORDERS, "bang-dung-sai": TABLES,
    "hinh-anh-4.3": PICTURES, "cong-thuc": FORMULAS, "dan-tu-word": PASTED, "bang-va-danh-sach": LISTS, "moodle-1.9": OLD,
    "nhieu-danh-muc": CATEGORIES, "hon-hop": MIXED, "van-ban-thuan": PLAIN, "phan-bo-tro": PLUGINS,
}  # fmt: skip
