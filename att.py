import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
TT='Thông tư số 03/2014/TT-BTTTT, mô đun '
LD='Cẩm nang nhận diện và phòng chống lừa đảo trực tuyến (Cục An toàn thông tin, 2023)'
RW='Cẩm nang phòng chống, giảm thiểu rủi ro từ tấn công ransomware (Cục An toàn thông tin, 2024)'
SR='#StopRansomware Guide (CISA, 2023)'
ISO='ISO/IEC 27002:2022, mục '
E={
'ATT-001':{'source':LD+'; '+TT+'IU06'},
'ATT-002':{'source':RW+'; '+TT+'IU01'},
'ATT-003':{'source':'ISO/IEC 27000:2018, mục 3.28; '+TT+'IU14'},
'ATT-006':{'C':'Phân quyền theo vai trò','source':ISO+'8.5; '+TT+'IU14'},
'ATT-007':{'source':'Luật An ninh mạng số 116/2025/QH15, Điều 8; Nghị định số 331/2026/NĐ-CP, Điều 11 đến Điều 15'},
'ATT-009':{'C':'Nội dung trên trang web đã được kiểm duyệt','source':'RFC 9110 (HTTP Semantics), mục 4.2.2; '+TT+'IU06'},
'ATT-010':{'D':'Ba người cùng giữ, hai mật khẩu khác nhau, một lần sao lưu mỗi tháng',
  'source':'Data Backup Options (US-CERT, 2012); '+TT+'IU14'},
'ATT-012':{'C':'Núp dưới vỏ một phần mềm có vẻ hữu ích để người dùng tự cài đặt và chạy',
  'source':'NIST SP 800-83 Rev. 1, mục 2.1; '+TT+'IU01, IU14'},
'ATT-015':{'source':ISO+'5.15, 8.2; '+TT+'IU14'},
'ATT-016':{'D':'Tăng dung lượng bộ nhớ cho máy tính đang được sử dụng','source':ISO+'8.8; '+TT+'IU01'},
'ATT-017':{'C':'Bên thứ ba nhận dữ liệu cá nhân'},
'ATT-018':{'D':'Người dùng đã lỡ lưu số của đối tượng lừa đảo vào danh bạ trên điện thoại','source':LD+'; '+TT+'IU06'},
'ATT-019':{'A':'Áp dụng cấp độ do đơn vị vận hành chọn','D':'Áp dụng cấp độ có nhiều tiêu chí nhất',
  'explanation':'Khoản 2 Điều 8 quy định áp dụng cấp độ cao nhất; khoản 3 không cho phép xác định phạm vi hệ thống một cách hình thức, như tách hệ thống ra, để làm thay đổi cấp độ.'},
'ATT-020':{'C':'Làm cho mọi trang web truy cập đều là trang an toàn','source':ISO+'6.7; '+TT+'IU06, IU14'},
'ATT-021':{'source':ISO+'8.15; '+TT+'IU14'},
'ATT-023':{'B':'Thư có chữ ký số hợp lệ, tên người ký trùng với người gửi',
  'E':'Thư được gửi vào giờ làm việc đến hộp thư công vụ của cơ quan','source':LD+'; '+TT+'IU06',
  'explanation':'Tên miền giả gần giống, thúc ép thời gian và liên kết trỏ đến nơi khác là dấu hiệu điển hình. Chữ ký số hợp lệ của đúng người gửi là dấu hiệu tin cậy; giờ gửi không nói lên điều gì.'},
'ATT-024':{'B':'Cắm vào máy của mình nhưng chỉ xem tên tệp để tìm chủ','source':ISO+'7.10, 8.7; '+TT+'IU01, IU14'},
'ATT-025':{'source':ISO+'5.17, 6.8; '+TT+'IU06, IU14'},
'ATT-026':{'D':'Chuyển ngay tiền chuộc để kịp thời hạn xử lý văn bản của cơ quan',
  'source':SR+'; '+ISO+'5.26; '+TT+'IU14'},
'ATT-027':{'B':'Cài đặt nhưng không nhập số tài khoản ngân hàng','source':LD+'; Nghị định số 69/2024/NĐ-CP'},
'ATT-028':{'D':'Gửi qua nhóm mạng xã hội của hai đơn vị cho kịp thời gian',
  'source':'Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15; '+ISO+'5.14, 8.24'},
'ATT-030':{'C':'Úp bàn phím và nhờ người dân trông giúp',
  'source':ISO+'7.7; tài liệu hỗ trợ của Microsoft (support.microsoft.com) về phím tắt trong Windows; '+TT+'IU02'},
'ATT-033':{'D':'Cho sao chép cơ sở dữ liệu hồ sơ để làm tài liệu tham khảo riêng',
  'source':ISO+'5.11, 5.18, 6.5; Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15'},
'ATT-035':{'C':'Gọi theo số điện thoại ghi ở cuối thư để hỏi lại cho rõ',
  'source':'Khuyến nghị của FBI về lừa đảo qua thư điện tử công việc (Business Email Compromise); '+TT+'IU06, IU14'},
'ATT-036':{'B':'Thư mục trên máy trạm, đồng bộ tức thời với máy chủ','source':SR+'; '+ISO+'8.13; '+TT+'IU14'},
'ATT-038':{'source':ISO+'5.16, 5.18, 8.15; '+TT+'IU14'},
'ATT-039':{'D':'Tên tệp viết bằng tiếng Việt không dấu, có dấu gạch dưới',
  'E':'Nội dung thư nói về công tác cán bộ của cơ quan',
  'source':'MITRE ATT&CK, kỹ thuật T1036.007; NIST SP 800-83 Rev. 1; '+TT+'IU06, IU14'},
'ATT-040':{'explanation':'Bên xử lý chỉ được xử lý trong phạm vi hợp đồng, phải kiểm soát truy cập và trả, xóa dữ liệu khi kết thúc; hợp đồng thuê phải nêu rõ trách nhiệm quản trị dữ liệu, kiểm soát truy cập. Tài khoản chung và dùng dữ liệu cho mục đích riêng đều không chấp nhận được.',
  'source':'Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15; Nghị định số 331/2026/NĐ-CP, Điều 5'},
}
apply('/work/main/question_bank/samples/bank/an-toan-thong-tin.yaml',E)
