import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
E={
'VBH-009':{'B':'Liên tiếp từ số 01 vào ngày đầu tiên của mỗi tháng'},
'VBH-012':{'D':'Sao lục không có giá trị pháp lý, còn sao y có giá trị như bản chính'},
'VBH-015':{'C':'Được gửi qua hệ thống quản lý văn bản và nơi nhận đã xác nhận'},
'VBH-035':{'B':'Đúng, nếu văn thư đóng dấu của Văn phòng thay cho dấu của sở'},
'VBH-034':{'A':'Viết mục lục văn bản bằng tay trên giấy'},
'VBH-040':{'D':'Gõ lại toàn văn văn bản'},
}
apply('/work/main/question_bank/samples/bank/van-ban-hanh-chinh.yaml',E)
