import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
apply('/work/main/question_bank/samples/bank/an-toan-thong-tin.yaml',{'ATT-023':{'B':'Thư có chữ ký số hợp lệ của đúng cơ quan gửi',
 'explanation':'Tên miền giả gần giống, thúc ép thời gian và liên kết trỏ đến nơi khác là dấu hiệu điển hình. Chữ ký số hợp lệ của đúng cơ quan gửi là dấu hiệu tin cậy; giờ gửi không nói lên điều gì.'}})
