"""Looks into the two containers workbooks come in, zip and OLE, without handing them to a parser."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from struct import error as StructError  # noqa: N812
from struct import unpack_from

from django.utils.translation import gettext

from keqing.core.sheets import guard
from keqing.core.sheets.guard import MEGABYTE, OLE_MAGIC, SAVE_AS_XLSX, SEND_AGAIN, Source

_ZIPPED_DOCUMENTS = (
    ("word/", "Word 文档"),
    ("ppt/", "PowerPoint 文档"),
    ("xl/workbook.bin", "二进制工作簿（xlsb）"),
    ("content.xml", "OpenDocument 文件"),
    ("Index/", "Numbers 文件"),
    ("AndroidManifest.xml", "安装包"),
    ("META-INF/", "程序"),
)
_OLE_DOCUMENTS = (("WordDocument", "Word 文档"), ("PowerPoint Document", "PowerPoint 文档"))


def check_zip(source: Source) -> tuple[str, ...]:
    """Refuses what is not a plain xlsx; returns notes. The directory alone comes first, then the XML as it streams."""
    try:
        _check_directory(source)
        with zipfile.ZipFile(source.path) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _check_sizes(source, entries)
            _check_entries(source, [entry.filename.replace("\\", "/").lstrip("/") for entry in entries])
            if any(entry.flag_bits & 0x1 for entry in entries):
                raise source.refusal(guard.HAS_PASSWORD, guard.REMOVE_PASSWORD)
            return _links_note(source, entries) + _check_xml(source, archive, entries)
    except _DAMAGE as cause:
        raise source.refusal(guard.DAMAGED, SEND_AGAIN) from cause


# What zipfile raises on broken input, depending on which byte is wrong.
_DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    StructError,
    EOFError,
    NotImplementedError,
    OSError,
    OverflowError,
    RuntimeError,
    ValueError,
)
_ROOM_PER_ENTRY = 1024  # bytes of central directory an honest entry stays under


def _check_directory(source: Source) -> None:
    """The directory's own size, read from the end of the file: zipfile would build an object for every entry in it."""
    with source.path.open("rb") as file:
        start = max(0, source.path.stat().st_size - 66_000)
        file.seek(start)
        tail = file.read()
        end = tail.rfind(b"PK\x05\x06")
        if end < 0:
            raise source.refusal(guard.DAMAGED, SEND_AGAIN)
        entries, size = unpack_from("<HI", tail, end + 10)
        locator = tail[max(0, end - 20) : end]
        if locator.startswith(b"PK\x06\x07"):
            file.seek(unpack_from("<Q", locator, 8)[0])
            entries, size = unpack_from("<QQ", file.read(56), 32)
    limit = source.limits.max_entries
    if entries > limit or size > limit * _ROOM_PER_ENTRY:
        raise source.refusal(guard.TOO_MANY_ENTRIES, SAVE_AS_XLSX, count=entries, limit=limit)


_FLOOR_FOR_RATIO = 20 * MEGABYTE  # below this a tight packing harms nobody


def _check_sizes(source: Source, entries: list[zipfile.ZipInfo]) -> None:
    limits = source.limits
    if len(entries) > limits.max_entries:
        raise source.refusal(guard.TOO_MANY_ENTRIES, SAVE_AS_XLSX, count=len(entries), limit=limits.max_entries)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > limits.max_uncompressed:
        sizes = {"size": unpacked // MEGABYTE, "limit": limits.max_uncompressed // MEGABYTE}
        raise source.refusal(guard.UNPACKS_TOO_BIG, guard.SPLIT_FILE, **sizes)
    ratio = unpacked // max(1, source.path.stat().st_size)
    if unpacked > _FLOOR_FOR_RATIO and ratio > limits.max_ratio:
        raise source.refusal(guard.PACKED_TOO_TIGHT, SAVE_AS_XLSX, ratio=ratio)


_ARCHIVES = (".zip", ".rar", ".7z", ".gz", ".tar", ".bz2", ".xz")


def _check_entries(source: Source, names: list[str]) -> None:
    folded = [name.lower() for name in names]
    if any(name.endswith("vbaproject.bin") or "/macrosheets/" in name for name in folded):
        raise source.refusal(guard.HAS_MACROS, guard.REMOVE_MACROS)
    if "xl/workbook.xml" not in folded:
        _refuse_zipped_document(source, names)
    for name in folded:
        if name.endswith(_ARCHIVES) or name.startswith("xl/embeddings/"):
            raise source.refusal(guard.HAS_ATTACHMENT, guard.REMOVE_ATTACHMENTS, entry=name.rsplit("/", 1)[-1][:60])


def _refuse_zipped_document(source: Source, names: list[str]) -> None:
    for prefix, kind in _ZIPPED_DOCUMENTS:
        if any(name.startswith(prefix) for name in names):
            raise source.refusal(guard.OLD_OR_OTHER_TABLE, SAVE_AS_XLSX, kind=kind)
    raise source.refusal(guard.NOT_A_TABLE, "请解开后传里面的 xlsx 或 csv。", kind="压缩包")


def _links_note(source: Source, entries: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    links = sum(1 for entry in entries if entry.filename.lower().startswith("xl/externallinks/externallink"))
    if links > source.limits.max_external_links:
        raise source.refusal(guard.HAS_LINKS, guard.BREAK_LINKS, count=links)
    return (gettext(guard.LINKS_NOTE),) if links else ()


_ENTITIES = (b"<!DOCTYPE", b"<!ENTITY", "<!DOCTYPE".encode("utf-16-le"), "<!DOCTYPE".encode("utf-16-be"))
_ERROR_CELL = b' t="e"'
_UNCALCULATED = (b"</f><v></v>", b"</f><v/>", b"</f><v />", b"</f></c>")


def _check_xml(source: Source, archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo]) -> tuple[str, ...]:
    """Every XML part is unpacked once, in pieces: the checksum catches silent damage, the pieces are looked through."""
    errors = uncalculated = 0
    for entry in entries:
        name = entry.filename.lower()
        if not name.endswith((".xml", ".rels")):
            continue
        for piece in _pieces(archive, entry):
            if _may_declare(piece) and any(mark in piece for mark in _ENTITIES):
                raise source.refusal(guard.HAS_ENTITIES, SAVE_AS_XLSX)
            if name == "[content_types].xml" and b"macroenabled" in piece.lower():
                raise source.refusal(guard.HAS_MACROS, guard.REMOVE_MACROS)
            if "worksheets/" in name:
                errors += piece.count(_ERROR_CELL)
                uncalculated += sum(piece.count(mark) for mark in _UNCALCULATED) if b"</f>" in piece else 0
    notes = ((guard.ERRORS_NOTE, errors), (guard.UNCALCULATED_NOTE, uncalculated))
    return tuple(gettext(note).format(count=count) for note, count in notes if count)


def _may_declare(piece: bytes) -> bool:
    """One quick look; UTF-16 is full of zero bytes, which UTF-8 never holds."""
    return b"<!" in piece or b"\x00" in piece


def _pieces(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    """Pieces cut where a cell (or else a tag) begins, so that no mark is split or counted twice."""
    kept = b""
    with archive.open(entry) as part:
        while block := part.read(MEGABYTE):
            block = kept + block
            cut = max(block.rfind(b"<c "), 0) or max(block.rfind(b"<"), 0) or len(block)
            kept = block[cut:]
            yield block[:cut]
    yield kept


def check_ole(source: Source) -> None:
    """An OLE container is a directory of named streams; the names tell an old workbook from everything else."""
    content = source.path.read_bytes()
    if not content.startswith(OLE_MAGIC) or _is_cut_off(content):
        raise source.refusal(guard.DAMAGED, SEND_AGAIN)
    if _has_stream(content, "EncryptedPackage") or _has_file_pass(content):
        raise source.refusal(guard.HAS_PASSWORD, guard.REMOVE_PASSWORD)
    for stream, kind in _OLE_DOCUMENTS:
        if _has_stream(content, stream):
            raise source.refusal(guard.OLD_OR_OTHER_TABLE, SAVE_AS_XLSX, kind=kind)
    if not (_has_stream(content, "Workbook") or _has_stream(content, "Book")):
        raise source.refusal(guard.UNKNOWN_BYTES, SAVE_AS_XLSX)
    if _has_stream(content, "_VBA_PROJECT_CUR") or _has_stream(content, "_VBA_PROJECT"):
        raise source.refusal(guard.HAS_MACROS, guard.REMOVE_MACROS)


def _has_stream(content: bytes, name: str) -> bool:
    """Directory entries are 128 bytes, aligned, and begin with a zero-padded UTF-16 name."""
    needle = name.encode("utf-16-le") + b"\x00\x00"
    at = content.find(needle)
    while at >= 0:
        if at % 128 == 0:
            return True
        at = content.find(needle, at + 1)
    return False


def _is_cut_off(content: bytes) -> bool:
    """True when the allocation table names sectors beyond the end of the file ([MS-CFB] 2.2, 2.3)."""
    try:
        shift, fat_sectors = unpack_from("<H", content, 30)[0], unpack_from("<I", content, 44)[0]
        if shift not in (9, 12):
            return True
        size = 1 << shift
        last = -1
        for position in range(min(fat_sectors, 109)):
            sector = unpack_from("<I", content, 76 + 4 * position)[0]
            table = unpack_from(f"<{size // 4}I", content, (sector + 1) * size)
            used = [index for index, following in enumerate(table) if following != 0xFFFFFFFF]
            last = max(last, sector, position * (size // 4) + used[-1] if used else -1)
        # The last sector may be written short.
        return bool(len(content) <= (last + 1) * size)
    except StructError:
        return True


def _has_file_pass(content: bytes) -> bool:
    """[MS-XLS] 2.4.117: a FilePass record follows the workbook's first BOF, perhaps after WriteProtect."""
    at = content.find(b"\x09\x08\x10\x00")
    for _ in range(4):
        if at < 0 or at + 4 > len(content):
            return False
        record, length = unpack_from("<HH", content, at)
        if record == 0x2F:
            return True
        at += 4 + length
    return False
