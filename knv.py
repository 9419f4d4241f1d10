import sys; sys.path.insert(0,'/tmp/bank')
from editor import apply
def ms(x, iu): return f'Tài liệu hỗ trợ của Microsoft (support.microsoft.com) về {x}; Thông tư số 03/2014/TT-BTTTT, mô đun {iu}'
S={1:('phím tắt trong Word','IU03'),2:('phím tắt trong Word','IU03'),3:('công thức trong Excel','IU04'),
4:('phím tắt khi trình chiếu PowerPoint','IU05'),5:('các định dạng tệp của Excel','IU04'),6:('dòng Cc và Bcc trong Outlook','IU06'),
7:('phím tắt trong Windows','IU02'),8:('hàm AVERAGE và MEDIAN','IU04'),10:('phím tắt trong Windows','IU02'),
12:('tham chiếu tương đối, tuyệt đối và hỗn hợp','IU04'),13:('ngắt phần trong Word','IU07'),14:('mục lục tự động trong Word','IU07'),
15:('hàm COUNT và COUNTA','IU04'),16:('lỗi ##### trong Excel','IU04'),17:('trang chiếu cái trong PowerPoint','IU05'),
18:('trả lời và trả lời tất cả trong Outlook','IU06'),19:('theo dõi thay đổi trong Word','IU07'),20:('hàm VLOOKUP','IU04, IU08'),
21:('lưu tài liệu thành PDF','IU03'),22:('cách tổ chức dữ liệu trên trang tính','IU04, IU08'),
24:('hàm IF','IU04'),25:('hàm COUNTIF','IU04'),26:('hàm SUMIF','IU04'),27:('trộn thư trong Word','IU07'),
29:('hàm ROUND','IU04'),30:('hàm MID, LEFT và RIGHT','IU08'),31:('hàm NETWORKDAYS','IU08'),32:('lặp lại dòng tiêu đề trên mỗi trang in','IU04'),
33:('tìm và loại bỏ giá trị trùng lặp trong Excel','IU04, IU08'),34:('nhúng phông chữ và đa phương tiện trong PowerPoint','IU05, IU09'),
35:('hàm COUNTIFS','IU08'),36:('hàm VLOOKUP và IFERROR','IU08'),37:('tham chiếu tương đối, tuyệt đối và hỗn hợp','IU08'),
38:('giữ số 0 ở đầu khi nhập dữ liệu vào Excel','IU08'),39:('hàm SUMIF, SUMIFS và SUMPRODUCT','IU08'),
40:('danh sách nhiều cấp và tham chiếu chéo trong Word','IU07')}
E={f'KNV-{n:03d}':{'source':ms(*v)} for n,v in S.items()}
def add(i,**k): E.setdefault(i,{}).update(k)
add('KNV-028',B='Bắt đầu đánh số từ trang khác (Start at)',D='Liên kết với phần liền trước (Link to Previous)',
  source='Tài liệu hỗ trợ của Microsoft (support.microsoft.com) về đánh số trang trong Word; Nghị định số 30/2020/NĐ-CP, Phụ lục I')
add('KNV-016',B='Công thức tham chiếu đến ô hoặc cột đã bị xóa')
add('KNV-018',B='Chỉ các đơn vị chưa trả lời thư mời nhận được thư trả lời này',D='Chỉ văn phòng, nơi đã gửi thư mời, nhận được thư trả lời này')
add('KNV-021',B='Tự động ký số và đóng dấu của cơ quan vào tài liệu gửi đi',C='Bảo đảm không ai sao chép được nội dung của tài liệu')
add('KNV-027',B='Dùng Tìm và thay thế để đổi họ tên, đơn vị trước mỗi lần in',D='Dán cả danh sách vào cuối giấy mời rồi in 150 bản giống nhau')
add('KNV-023',A='Bấm "Trả lời tất cả" khi chỉ cần báo cho người gửi',B='Dùng hộp thư cá nhân gửi tài liệu khi hộp thư công vụ bị đầy',
  E='Gửi mật khẩu mở tệp đính kèm ngay trong thư đó',
  explanation='Tiêu đề rõ và kiểm tra trước khi gửi giúp tránh nhầm lẫn. Trả lời tất cả khi không cần làm phiền nơi khác, hộp thư cá nhân không được dùng cho tài liệu công vụ, còn mật khẩu gửi kèm thì không bảo vệ được tệp.',
  source='Chỉ thị số 34/2008/CT-TTg của Thủ tướng Chính phủ; Thông tư số 03/2014/TT-BTTTT, mô đun IU06')
add('KNV-033',A='Dùng Freeze Panes để cố định cột B và dòng tiêu đề của danh sách',
  C='Dùng Wrap Text để hiện đầy đủ nội dung mọi ô trong cột B của danh sách',
  E='Dùng Remove Duplicates để loại ngay các dòng có số căn cước bị trùng')
add('KNV-040',B='Gõ số đề mục và số bảng bằng tay, rồi rà lại toàn bộ trước khi in',
  D='Chuyển báo cáo sang PDF để số trang và số bảng không thay đổi nữa')
apply('/work/main/question_bank/samples/bank/ky-nang-van-phong.yaml',E)
