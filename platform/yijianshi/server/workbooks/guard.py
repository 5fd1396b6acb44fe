"""What an uploaded workbook must be before it is opened: a small, plain, unencrypted .xlsx.

A file of a few kilobytes can make a reader take hours or all memory: by what it expands to, by
entities, by cells without number, by a merged range of a whole sheet. Everything of the kind is
counted here in one pass that keeps nothing.
"""

from __future__ import annotations

import zipfile
import zlib
from collections import Counter
from io import BytesIO
from xml.parsers import expat

from ...core.definitions.types import Problem, Text, text

MAX_BYTES = 5_000_000
"""The largest workbook taken."""

MAX_EXPANDED = 50_000_000
"""The most that its parts may come to, unpacked."""

MAX_PARTS = 1_000
MAX_ROWS = 20_000
"""The most rows of one sheet."""

MAX_COLUMNS = 500
"""The most columns of one sheet."""

MAX_CELLS = 400_000
"""The most cells of a workbook; each costs the reader some hundred bytes."""

MAX_FORMULAS = 1_000
"""A workbook with this many formulas is refused at once, not cell by cell."""

MAX_OTHER = 50_000
"""The most styles, validations and the like."""

MAX_RANGES = 200_000
"""The most characters of cell ranges that styles and validations are for."""

_OLE = b"\xd0\xcf\x11\xe0"
_RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CELL_TAGS = frozenset({"c", "v", "is", "t", "r", "si"})


class _Refusal(Exception):
    def __init__(self, problem: Problem) -> None:
        super().__init__(problem.code)
        self.problem = problem


def examine(data: bytes) -> list[Problem]:
    """Say why bytes are not opened as a workbook; an empty list when they may be."""
    if len(data) > MAX_BYTES:
        return [_large(f"{len(data)} 字节", f"{len(data)} bytes", MAX_BYTES)]
    if data.startswith(_OLE):
        return [_encrypted()]
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            found = _parts(archive.infolist())
            return found or _scan(archive)
    except _Refusal as refusal:
        return [refusal.problem]
    # what zipfile raises of damaged archives
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, ValueError, RuntimeError):
        return [no_workbook()]


def no_workbook() -> Problem:
    """Give the finding of a file that is no workbook."""
    return Problem(
        "",
        "not-a-workbook",
        text("文件不是可读取的 .xlsx 工作簿", "the file is no .xlsx workbook that can be read"),
        text(
            "请在 Excel 或 WPS 中另存为 .xlsx 格式；压缩包请先解压",
            "save it as .xlsx in Excel or WPS; unpack an archive first",
        ),
    )


def too_large(place: str, message: Text) -> Problem:
    """Give the finding of a workbook, or a sheet, that has too much in it."""
    return Problem(
        place,
        "too-large",
        message,
        text("请删去多余内容，或拆分为几个工作簿", "remove what is not needed, or split the workbook"),
    )


def _large(zh: str, en: str, limit: int) -> Problem:
    return too_large(
        "", text(f"工作簿有 {zh}，上限为 {limit}", f"the workbook has {en}; the limit is {limit}")
    )


def _encrypted() -> Problem:
    return Problem(
        "",
        "encrypted",
        text("工作簿已加密，或是旧的 .xls 格式", "the workbook is encrypted, or of the old .xls format"),
        text("请取消密码，并另存为 .xlsx 格式", "take the password off and save it as .xlsx"),
    )


def _parts(parts: list[zipfile.ZipInfo]) -> list[Problem]:
    if any(part.flag_bits & 1 for part in parts):
        return [_encrypted()]
    expanded = sum(part.file_size for part in parts)
    if expanded > MAX_EXPANDED:
        return [_large(f"{expanded} 字节（解压后）", f"{expanded} bytes unpacked", MAX_EXPANDED)]
    if len(parts) > MAX_PARTS:
        return [_large(f"{len(parts)} 个部分", f"{len(parts)} parts", MAX_PARTS)]
    # other methods give more than was declared before that is noticed
    if any(part.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED) for part in parts):
        return [no_workbook()]
    if any(part.filename.lower().endswith("vbaproject.bin") for part in parts):
        return [
            Problem(
                "",
                "macros",
                text("工作簿含有宏", "the workbook has macros"),
                text("请另存为不含宏的 .xlsx 格式", "save it as .xlsx, without macros"),
            )
        ]
    return []


def _scan(archive: zipfile.ZipFile) -> list[Problem]:
    scanner = _Scanner()
    for part in archive.infolist():
        scanner.part(part.filename, archive.read(part))
    return scanner.problems()


class _Scanner:
    """Counts what the parts hold; raises _Refusal as soon as it is too much."""

    def __init__(self) -> None:
        self._count: Counter[str] = Counter()
        self._name = ""
        self._ranges: list[tuple[str, str]] = []
        self._sheets: dict[str, str] = {}
        self._targets: dict[str, str] = {}

    def problems(self) -> list[Problem]:
        """Give what was found, by the name of the sheet; the parts that tell it come in any order."""
        names = {
            target.rpartition("/")[2]: self._sheets.get(key, "") for key, target in self._targets.items()
        }
        return [_range(f"{names.get(part.rpartition('/')[2]) or part}!{ref}") for part, ref in self._ranges]

    def part(self, name: str, content: bytes) -> None:
        """Count one part; any part may be named as a sheet, whatever it is called."""
        self._name = name
        self._count["row"] = 0
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._element
        try:
            parser.Parse(content, True)
        except expat.ExpatError:
            # a picture, or damage: the reader after us gets no further than we did
            return

    def _doctype(self, *_: object) -> None:
        raise _Refusal(
            Problem(
                self._name,
                "entities",
                text(
                    "工作簿含有文档类型定义，可能是恶意文件",
                    "the workbook declares a document type; it may be an attack",
                ),
                text("请在 Excel 或 WPS 中重新另存为 .xlsx 格式", "save it anew as .xlsx in Excel or WPS"),
            )
        )

    def _element(self, name: str, attributes: dict[str, str]) -> None:
        tag = name.rpartition(" ")[2]
        self._add(tag if tag in _CELL_TAGS or tag in ("row", "f") else "", 1)
        if "sqref" in attributes:
            self._add("sqref", len(attributes["sqref"]))
        ref = attributes.get("ref", "")
        # each cell of such a range would be made
        if tag == "mergeCell" or (tag in ("hyperlink", "comment") and ":" in ref):
            self._ranges.append((self._name, ref[:40]))
        elif tag == "sheet":
            self._sheets[attributes.get(f"{_RELATION} id", "")] = attributes.get("name", "")
        elif tag == "Relationship" and self._name.endswith("workbook.xml.rels"):
            self._targets[attributes.get("Id", "")] = attributes.get("Target", "")

    def _add(self, what: str, count: int) -> None:
        self._count[what] += count
        limit, zh, en = _LIMITS.get(what, (MAX_CELLS, "个单元格", "cells"))
        if self._count[what] > limit:
            raise _Refusal(_large(f"超过 {limit} {zh}", f"more than {limit} {en}", limit))


_LIMITS = {
    "row": (MAX_ROWS, "行", "rows"),
    "f": (MAX_FORMULAS, "个公式", "formulas"),
    "sqref": (MAX_RANGES, "个字符的区域", "characters of ranges"),
    "": (MAX_OTHER, "项格式或设置", "styles or settings"),
}


def _range(place: str) -> Problem:
    return Problem(
        place,
        "merged-cells",
        text(
            "有合并的单元格，或覆盖区域的链接、批注",
            "cells are merged, or a link or comment covers a range",
        ),
        text("请取消合并，并删去这些链接和批注", "unmerge the cells; remove such links and comments"),
    )
