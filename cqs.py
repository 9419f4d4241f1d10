import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
E={
'CQS-002':{'B':'Chính phủ điện tử, thương mại điện tử, công dân số','C':'Hạ tầng số, nhân lực số, an toàn thông tin số'},
'CQS-006':{'D':'Dữ liệu về đất đai, quy hoạch đô thị và hoạt động xây dựng'},
'CQS-011':{'B':'Chữ ký nháy'},
'CQS-013':{'A':'Được gửi từ hộp thư điện tử công vụ của cơ quan; có tên, chức vụ của người gửi và thời gian gửi rõ ràng'},
'CQS-018':{'C':'Chữ ký điện tử chuyên dùng',
  'explanation':'Giấy phép, giấy chứng nhận, chứng chỉ... phát hành dưới dạng dữ liệu điện tử là chứng thư điện tử. Chứng thư chữ ký điện tử chỉ nhằm xác nhận ai là người ký chữ ký điện tử.'},
'CQS-020':{'D':'Khi người nhận trả lời bằng văn bản xác nhận rằng đã nhận được'},
'CQS-024':{'source':'Luật Căn cước số 26/2023/QH15, Điều 33; Nghị định số 69/2024/NĐ-CP'},
'CQS-027':{'B':'Bỏ hẳn các thông tin này khỏi biểu mẫu vì cơ quan nhà nước nào cũng đã có sẵn dữ liệu dân cư',
  'source':'Nghị định số 224/2026/NĐ-CP quy định chi tiết Luật Chuyển đổi số, Điều 15'},
'CQS-028':{'C':'Báo cáo được nhận trong ngày 30/9, đúng hạn'},
'CQS-029':{'C':'Nơi Chủ tịch phường đi công tác'},
'CQS-030':{'B':'Văn bản đồng ý của Ủy ban nhân dân cấp tỉnh'},
'CQS-031':{'D':'Đăng thông tin thẻ căn cước lên mạng xã hội để cảnh báo bạn bè'},
'CQS-032':{'D':'Đặt mật khẩu cho tệp dữ liệu rồi đăng kèm mật khẩu trên cùng trang',
  'source':'Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15, Điều 2, Điều 16; Luật Dữ liệu số 60/2024/QH15, Điều 3'},
'CQS-033':{'D':'Dung lượng tệp lớn hơn hẳn dung lượng của bản chưa ký',
  'stem':'Khi nhận một văn bản điện tử có chữ ký số, phải kiểm tra những nội dung nào thì mới kết luận được chữ ký số có giá trị? Chọn các phương án đúng.',
  'explanation':'Phải xác nhận đúng chủ thể ký, mọi thay đổi sau khi ký đều bị phát hiện và chữ ký được bảo đảm bởi chứng thư còn hiệu lực khi ký (Điều 22, Điều 23). Tên tệp, dung lượng tệp không chứng minh được điều gì về chữ ký.',
  'source':'Luật Giao dịch điện tử số 20/2023/QH15, Điều 22, Điều 23; Nghị định số 23/2025/NĐ-CP về chữ ký điện tử và dịch vụ tin cậy'},
'CQS-037':{'source':'Luật Dữ liệu số 60/2024/QH15, Điều 11; Luật Giao dịch điện tử số 20/2023/QH15, Điều 3'},
'CQS-039':{'source':'Luật Dữ liệu số 60/2024/QH15, Điều 3; Luật Bảo vệ dữ liệu cá nhân số 91/2025/QH15, Điều 16'},
}
apply('/work/main/question_bank/samples/bank/chinh-quyen-so.yaml',E)
