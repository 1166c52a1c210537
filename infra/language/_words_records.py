"""Refusals of registers and of other systems' records, cell by cell and row by row: English with its blanks -> Vietnamese.

Knows the sentences of the importers' readers. Must not know when they are said.
"""

from typing import Final

RECORDS: Final[tuple[tuple[str, str], ...]] = (
    # ── a cell ──
    (
        "{given} does not exist: write a real date as dd/MM/yyyy, hours 00:00 to 23:59",
        "{given} không có thật; ghi ngày/tháng/năm, giờ từ 00:00 đến 23:59",
    ),
    (
        "{given} is a spreadsheet's number of a day: format the column as dates dd/MM/yyyy, then save it again",
        "{given} là số mà bảng tính dùng thay cho ngày; định dạng cột là ngày (ngày/tháng/năm) rồi lưu lại tệp",
    ),
    (
        "{given} is no date: write dd/MM/yyyy or dd/MM/yyyy HH:mm",
        "{given} không phải là ngày; ghi ngày/tháng/năm, có thể thêm giờ:phút",
    ),
    (
        "{given} has a year of {n} digits: write all four, dd/MM/yyyy",
        "{given} có năm chỉ {n} chữ số; ghi đủ bốn chữ số, ngày/tháng/năm",
    ),
    (
        "the year of {given} is outside {first}-{last}: check it",
        "{given} có năm ngoài khoảng {first}-{last}; xem lại năm",
    ),
    (
        "{given} is a formula or its error, not a value: copy the column and paste it as values",
        "{given} là công thức hoặc lỗi công thức, không phải giá trị; chép cột rồi dán lại dạng giá trị",
    ),
    (
        "{given} says something else whenever the workbook is opened: type what the paper says",
        "{given} là công thức cho kết quả khác mỗi lần mở tệp; gõ giá trị đúng theo giấy tờ",
    ),
    (
        "may be the result of a formula that is not known: type what the paper says",
        "có thể là kết quả của một công thức không xác định được; gõ giá trị đúng theo giấy tờ",
    ),
    (
        "the cell holds a NUL character: type it anew",
        "ô có ký tự rỗng (NUL); gõ lại ô này",
    ),
    (
        "is empty: every row needs it (cells that were merged count as empty)",
        "để trống; dòng nào cũng phải có (ô đã gộp bị coi là trống)",
    ),
    (
        "is empty: without it there is no acceptance",
        "để trống; không có ngày này thì chưa có việc tiếp nhận",
    ),
    (
        "has {n} characters: {most} at most",
        "có {n} ký tự; nhiều nhất {most}",
    ),
    (
        "was turned into a date by the spreadsheet: format it as text, type it anew",
        "bị bảng tính đổi thành ngày; định dạng ô là văn bản rồi gõ lại",
    ),
    (
        "is {given}: write Trực tiếp, Trực tuyến or BCCI",
        "{given} không hiểu; ghi Trực tiếp, Trực tuyến hoặc BCCI",
    ),
    (
        "is {given}: such a dossier was not accepted, take the row out",
        "{given}: hồ sơ như vậy chưa được tiếp nhận; bỏ dòng này ra",
    ),
    # ── a row ──
    (
        "the row ends before the required columns: is it cut off?",
        "Dòng bị cắt, thiếu cột bắt buộc",
    ),
    (
        "the row has more than the {n} columns of the header: put cells that hold the separator into quotes",
        "Dòng có nhiều hơn {n} cột của dòng tiêu đề; đặt trong dấu nháy kép những ô có chứa dấu phân cách",
    ),
    (
        "a letter or a new date without its day: fill in 'Ngày thư xin lỗi'",
        "Có thư xin lỗi hoặc ngày hẹn lại mà không có ngày gửi; điền cột 'Ngày thư xin lỗi'",
    ),
    (
        "the status is an end without a day: fill in 'Ngày có kết quả' or 'Ngày trả kết quả'",
        "Trạng thái là đã kết thúc mà không có ngày; điền cột 'Ngày có kết quả' hoặc 'Ngày trả kết quả'",
    ),
    (
        "the row cannot be split into cells ({detail}): check its quotes",
        "Không tách được dòng thành ô; xem lại dấu nháy kép",
    ),
    (
        "the line holds a NUL character: is this a text file? remove it",
        "Dòng có ký tự rỗng (NUL); tệp có phải là văn bản không? bỏ ký tự đó",
    ),
    (
        "a quote is opened and not closed: close it, or double it where it is meant as a character",
        "Có dấu nháy kép mở mà không đóng; đóng lại, hoặc viết hai lần nếu là một ký tự của nội dung",
    ),
    # ── a row that contradicts another ──
    (
        "dossier {code} stands in line {n} of this file already: nothing of this row is taken",
        "Mã {code} đã có ở dòng {n} của tệp này; dòng này không nhập",
    ),
    (
        "dossier {code} stands in line {n} of sheet {name} already: nothing of this row is taken",
        "Mã {code} đã có ở dòng {n} của trang tính {name}; dòng này không nhập",
    ),
    (
        "dossier {code} stands in line {n} of {name} already: nothing of this row is taken",
        "Mã {code} đã có ở dòng {n} của {name}; dòng này không nhập",
    ),
    (
        "dossier {code} was read in an earlier import with other values: nothing of this row is taken",
        "Mã {code} đã nhập trước đây với nội dung khác; dòng này không nhập",
    ),
    ("{before} before, {now} now", "{before} ở lần đọc trước, {now} ở dòng này"),
    ("with and without an hour", "lần có giờ, lần không"),
    ("not the same", "không giống nhau"),
    (
        "correct one of the two rows, or the code if it is another dossier ({detail})",
        "sửa một trong hai dòng, hoặc sửa mã nếu là hồ sơ khác",
    ),
    (
        "if the book was corrected, send a `corrected` event, if it is another dossier, give it another code ({detail})",
        "nếu sổ đã được sửa, nhờ người quản trị gửi sự kiện đính chính (corrected); nếu là hồ sơ khác, ghi mã khác",
    ),
    # ── a row that is taken, though something in it is odd ──
    (
        "{name} is a total and no dossier: passed over",
        "{name} là dòng cộng, không phải hồ sơ; bỏ qua",
    ),
    (
        "the due date {due} lies before the acceptance of {accepted}, taken as stated: compare the slip",
        "Ngày hẹn trả {due} đứng trước ngày tiếp nhận {accepted}; nhận như đã ghi, hãy đối chiếu với Giấy tiếp nhận",
    ),
    (
        "{end} of {day} lies before the acceptance of {accepted}, taken as stated: compare the papers",
        "{end} {day} đứng trước ngày tiếp nhận {accepted}; nhận như đã ghi, hãy đối chiếu với hồ sơ giấy",
    ),
    (
        (
            "the acceptance of {accepted} lies after the time of recording, {known}, taken as stated: "
            "before that day the dossier is in no list or report"
        ),
        (
            "Ngày tiếp nhận {accepted} sau lúc ghi nhận {known}; nhận như đã ghi: trước ngày đó "
            "hồ sơ chưa có trong danh sách và báo cáo"
        ),
    ),
    (
        (
            "{given} is a formula: in this row, and in any other that is taken with a formula in this column, "
            "the result stands as the workbook holds it: compare the papers"
        ),
        (
            "{given} là công thức; ở dòng này, và ở mọi dòng khác được nhập mà cột này có công thức, "
            "lấy kết quả đã lưu trong tệp, hãy đối chiếu với hồ sơ giấy"
        ),
    ),
    # ── a header ──
    (
        "columns {first} and {second} say the same",
        "Hai cột {first} và {second} cùng một nghĩa",
    ),
    (
        "rename or remove one, nothing under this header is taken",
        "đổi tên hoặc bỏ một cột; các dòng dưới tiêu đề này không nhập",
    ),
    (
        (
            "no row names the four required columns {columns}: add or correct the header row"
            " (line {line} separates its columns by something other than a comma, semicolon or tab)"
        ),
        (
            "Không có dòng nào nêu đủ bốn cột bắt buộc {columns}; thêm hoặc sửa dòng tiêu đề"
            " (dòng {line} phân cách cột không phải bằng dấu phẩy, chấm phẩy hay tab)"
        ),
    ),
    (
        "no row names the four required columns {columns}: add or correct the header row (in a visible sheet)",
        "Không có dòng nào nêu đủ bốn cột bắt buộc {columns}; thêm hoặc sửa dòng tiêu đề (ở một trang tính hiện)",
    ),
    (
        "no row names the four required columns {columns}: add or correct the header row",
        "Không có dòng nào nêu đủ bốn cột bắt buộc {columns}; thêm hoặc sửa dòng tiêu đề",
    ),
    # ── a record of another system ──
    (
        "{given} is no time: give yyyyMMddHHmmss, or ISO 8601 with an offset",
        "{given} không phải là thời điểm; ghi yyyyMMddHHmmss, hoặc ISO 8601 có múi giờ",
    ),
    (
        "{name} is missing: a record needs its dossier's code",
        "Thiếu {name}; bản ghi phải có mã hồ sơ",
    ),
    (
        "{name} is missing: an acceptance needs its competent unit",
        "Thiếu {name}; việc tiếp nhận phải có đơn vị giải quyết",
    ),
    (
        "{name} is {given}: the national list has 1 to 10",
        "{name} là {given}; danh mục quốc gia có 1 đến 10",
    ),
    (
        "{name} is {given}: the national list has 1..10",
        "{name} là {given}; danh mục quốc gia có 1 đến 10",
    ),
    (
        "the record names no time: give NgayTiepNhan, NgayNopHoSo or ThoiDiemXuLy",
        "Bản ghi không có thời điểm nào; ghi NgayTiepNhan, NgayNopHoSo hoặc ThoiDiemXuLy",
    ),
    (
        "the record names no time: give acceptedDate or appliedDate",
        "Bản ghi không có thời điểm nào; ghi acceptedDate hoặc appliedDate",
    ),
    (
        "the record is not JSON ({detail}): correct or export it again",
        "Bản ghi không phải JSON; sửa hoặc xuất lại",
    ),
    (
        "no record found: give a list, or one named {names}",
        "Không thấy bản ghi nào; đưa vào một danh sách, hoặc danh sách có tên {names}",
    ),
    (
        "a bracket or quote is not closed before the end of the file: fetch it again",
        "Hết tệp mà còn ngoặc hoặc dấu nháy chưa đóng; lấy lại tệp",
    ),
)
"""In the order of `_words_refusals`, before it."""
