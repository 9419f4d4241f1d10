import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
B='/work/main/question_bank/samples/bank/'
apply(B+'ky-nang-van-phong.yaml',{'KNV-011':{'source':'Tài liệu hỗ trợ của Microsoft (support.microsoft.com) về phần mở rộng tên tệp trong Windows; Thông tư số 03/2014/TT-BTTTT, mô đun IU02'}})
apply(B+'chinh-quyen-so.yaml',{'CQS-002':{'C':'Hạ tầng số, nhân lực số, bảo đảm an toàn số'}})
apply(B+'dich-vu-cong.yaml',{'DVC-007':{'D':'Sở Tư pháp'},'DVC-013':{'explanation':'Quy định phải hiện diện tại cơ quan nhà nước là một trong các lý do chỉ cung cấp một phần nêu tại Điều 14; có một khâu làm qua mạng hay nhận kết quả tại nhà chưa đủ để là toàn trình.'}})
