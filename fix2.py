import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
B='/work/main/question_bank/samples/bank/'
apply(B+'ky-nang-van-phong.yaml',{'KNV-027':{'B':'Dùng Tìm và thay thế để đổi họ tên và đơn vị trước mỗi lần in'},
 'KNV-028':{'B':'Bắt đầu đánh số từ một trang khác (Start at)'},
 'KNV-032':{'A':'Ngắt trang (Page Break)'}})
apply(B+'dich-vu-cong.yaml',{'DVC-007':{'A':'Văn phòng Hội đồng nhân dân cấp tỉnh','D':'Sở Tư pháp cấp tỉnh'}})
apply(B+'chinh-quyen-so.yaml',{'CQS-005':{'A':'Quốc hội','B':'Ban Bí thư'},'CQS-009':{'B':'Khóa của nơi nhận','D':'Mã OTP trên điện thoại'}})
