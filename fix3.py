import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
B='/work/main/question_bank/samples/bank/'
apply(B+'ky-nang-van-phong.yaml',{'KNV-016':{'A':'Tên hàm dùng trong công thức bị viết sai'}})
apply(B+'van-ban-hanh-chinh.yaml',{'VBH-040':{'D':'Gõ lại toàn bộ văn bản'}})
apply(B+'chinh-quyen-so.yaml',{'CQS-033':{'stem':'Khi nhận một văn bản điện tử có chữ ký số, cần kiểm tra những nội dung nào để kết luận chữ ký số có giá trị? Chọn các phương án đúng.'}})
