"""Files that nobody should bring along, each small and made in memory; `CASES` says what is answered to them."""

from __future__ import annotations

import gzip
import pickle
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from io import BytesIO

from tests.data.brought import content, picture, png
from tl_core.data.limits import MEGABYTE, UPLOAD

GOOD = {"cat/good.png": png(1)}
ENTRY = b"PK\x01\x02"


def zipped(files: dict[str, bytes] | list[tuple[str | zipfile.ZipInfo, bytes]], method: int = 8) -> bytes:
    """A zip in memory; names of a list may be the same."""
    buffer = BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, data in files.items() if isinstance(files, dict) else files:
            archive.writestr(name, data)
    return buffer.getvalue()


def beside(name: str | zipfile.ZipInfo, data: bytes, method: int = 8) -> bytes:
    """A good picture and this file, which comes last."""
    buffer = BytesIO(zipped(GOOD))
    with zipfile.ZipFile(buffer, "a") as archive:
        archive.writestr(name, data, method)
    return buffer.getvalue()


def renamed(name: bytes, utf8: bool = False) -> bytes:
    """A zip whose last file has a name that Python would never write."""
    data = bytearray(beside("cat/" + "?" * (len(name) - 4), png(2)).replace(b"cat/" + b"?" * (len(name) - 4), name))
    if utf8:
        data[data.rindex(ENTRY) + 9] |= 0x08
    return bytes(data)


def entry(offset: int, form: str, value: int, data: bytes | None = None) -> bytes:
    """A zip with a number in its last file's line of the table replaced. 20 is the packed size, 24 the unpacked."""
    changed = bytearray(data or beside("cat/2.png", png(2)))
    struct.pack_into(form, changed, changed.rindex(ENTRY) + offset, value)
    return bytes(changed)


def liar() -> bytes:
    """A zip whose last file says that it has 1,000 bytes, and has 60 MB."""
    packer = zlib.compressobj(wbits=-15)
    packed = b"".join(packer.compress(bytes(MEGABYTE)) for _ in range(60)) + packer.flush()
    return entry(10, "<H", 8, entry(24, "<I", 1000, beside("cat/2.png", packed, zipfile.ZIP_STORED)))


def of_kind(kind: int) -> zipfile.ZipInfo:
    """A name that says that it is a link, a device or the like, as Unix does."""
    info = zipfile.ZipInfo("cat/odd.png")
    info.create_system, info.external_attr = 3, (kind | 0o777) << 16
    return info


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_claims(width: int, height: int, more: bytes = b"") -> bytes:
    """A PNG of which only the header is long."""
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + header + more + chunk(b"IDAT", zlib.compress(bytes(99))) + chunk(b"IEND", b"")


def gif_claims(width: int, height: int) -> bytes:
    data = content(picture(1), "GIF")
    return data[:6] + struct.pack("<HH", width, height) + data[10:]


def bmp_claims(width: int, height: int) -> bytes:
    data = content(picture(1), "BMP")
    return data[:18] + struct.pack("<ii", width, height) + data[26:]


def tiff(**tags: int) -> bytes:
    """A TIFF of these tags alone, `t256` being the width."""
    lines = b"".join(struct.pack("<HHII", int(tag[1:]), 4, 1, value) for tag, value in sorted(tags.items()))
    return b"II*\0\x08\0\0\0" + struct.pack("<H", len(tags)) + lines + bytes(4) + bytes(300)


def jpeg_with(parts: bytes, at: int = 2) -> bytes:
    data = content(picture(1), "JPEG")
    return data[:at] + parts + data[at:]


def many_scans() -> bytes:
    """A progressive JPEG whose last scan is repeated."""
    data = content(picture(1, "L"), "JPEG", progressive=True)
    last, end = data.rindex(b"\xff\xda"), data.rindex(b"\xff\xd9")
    return data[:end] + data[last:end] * 200 + data[end:]


def end_of_zip(table: int) -> bytes:
    """A zip that claims a table of so many bytes."""
    data = zipped(GOOD)
    return data[:-10] + struct.pack("<I", table) + data[-6:]


class Evil:
    def __reduce__(self) -> tuple[Callable, tuple[str]]:
        return (print, ("executed",))


@dataclass(frozen=True)
class Case:
    """`reason` ends the key `intake.refused.<reason>`; one that begins with `zip_` is about the zip as a whole."""

    category: str
    name: str
    make: Callable[[], bytes]
    reason: str


FLAT = png_claims(50_000, 50_000)
NESTED = {
    "zip": lambda: zipped(GOOD),
    "7z": lambda: b"7z\xbc\xaf\x27\x1c" + bytes(60),
    "gz": lambda: gzip.compress(png(3)),
    "rar": lambda: b"Rar!\x1a\x07\x01\x00" + bytes(60),
    "xz": lambda: b"\xfd7zXZ\x00" + bytes(60),
    "bz2": lambda: b"BZh91AY&SY" + bytes(60),
}
NO_IMAGES = {
    "setup.exe as png": lambda: b"MZ\x90\x00" + bytes(200),
    "page.html as jpg": lambda: b"<!doctype html><script>alert(1)</script>",
    "drawing.svg": lambda: b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>',
    "paper.pdf": lambda: b"%PDF-1.7\n%\xe2\xe3\n1 0 obj\n",
    "net.pkl as png": lambda: pickle.dumps(Evil()),
    "postscript": lambda: b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n(x) run\n",
    "script.py": lambda: b"import os; os.system('echo executed')",
    "numbers.ppm": lambda: b"P3\n9 9\n255\n" + b"1 " * 243,
    "icon.ico": lambda: content(picture(1), "ICO"),
    "photo.fits": lambda: b"SIMPLE  =                    T" + bytes(2880),
    "only zeros": lambda: bytes(5000),
}
PATHS = {
    "parent": "../../etc/x.png",
    "parent inside": "cat/../../x.png",
    "parent with backslashes": "cat\\..\\..\\x.png",
    "absolute": "/etc/x.png",
    "drive": "C:/Windows/x.png",
    "drive with backslashes": "C:\\Windows\\x.png",
    "unc": "\\\\server\\share\\x.png",
    "file called dots": "cat/..",
}
LIES = {
    "table says fewer bytes": (24, "<I", 30, "damaged"),
    "table says more bytes": (24, "<I", 9_000, "damaged"),
    "table says no bytes": (24, "<I", 0, "empty"),
    "wrong sum": (16, "<I", 1, "damaged"),
    "packed size of nothing": (20, "<I", 0, "damaged"),
    "place outside of the zip": (42, "<I", 2**31, "damaged"),
    "place of another file": (42, "<I", 0, "damaged"),
    "unpacked size of a bomb": (24, "<I", 20 * MEGABYTE, "ratio"),
    "unpacked size beyond a picture's": (24, "<I", 26 * MEGABYTE, "bytes"),
    "unknown method": (10, "<H", 99, "method"),
    "patched data": (8, "<H", 0x20, "damaged"),
}

CASES = [
    # -- a zip as a whole
    Case("zip bomb", "unpacked too large", lambda: entry(24, "<I", 500 * MEGABYTE), "zip_unpacked"),
    Case("zip bomb", "4 GB claimed", lambda: entry(24, "<I", 2**32 - 2), "zip_unpacked"),
    Case("zip bomb", "overlapping files", lambda: entry(20, "<I", MEGABYTE), "zip_damaged"),
    Case(
        "zip bomb",
        "too many files",
        lambda: zipped({f"{n}": b"" for n in range(UPLOAD.files + 1)}),
        "zip_files",
    ),
    Case("zip bomb", "a million lines in the table", lambda: b"PK\x03\x04" + ENTRY * 2**20, "zip_files"),
    Case("zip bomb", "a table of notes", lambda: end_of_zip(40 * MEGABYTE), "zip_damaged"),
    Case("locked zip", "password", lambda: entry(8, "<H", 1), "zip_locked"),
    Case("damaged zip", "half", lambda: zipped(GOOD)[:-40], "zip_damaged"),
    Case("damaged zip", "first bytes only", lambda: b"PK\x03\x04", "zip_damaged"),
    Case("damaged zip", "empty one's end cut", lambda: b"PK\x05\x06" + bytes(5), "zip_damaged"),
    Case("damaged zip", "version of the future", lambda: entry(6, "<H", 999), "zip_damaged"),
    Case("name", "not UTF-8, though it says so", lambda: renamed(b"cat/\xff\xfe.png", True), "zip_damaged"),
    # -- files in a zip beside a good picture
    *(Case("lying table", name, lambda lie=lie: entry(*lie[:3]), lie[3]) for name, lie in LIES.items()),
    Case("zip bomb", "flat bytes", lambda: beside("cat/0.png", bytes(3 * MEGABYTE)), "ratio"),
    Case("zip bomb", "bzip2", lambda: beside("cat/0.png", bytes(MEGABYTE), zipfile.ZIP_BZIP2), "method"),
    Case("zip bomb", "lzma", lambda: beside("cat/0.png", bytes(MEGABYTE), zipfile.ZIP_LZMA), "method"),
    *(
        Case("nested archive", kind, lambda made=made: beside("cat/a.png", made()), "archive")
        for kind, made in NESTED.items()
    ),
    Case("link or device", "symbolic link", lambda: beside(of_kind(0o120000), b"/etc/passwd"), "link"),
    Case("link or device", "character device", lambda: beside(of_kind(0o020000), b""), "link"),
    Case("link or device", "pipe", lambda: beside(of_kind(0o010000), b""), "link"),
    Case("link or device", "folder that is a file", lambda: beside(of_kind(0o040000), png(2)), "link"),
    *(Case("path", name, lambda path=path: beside(path, png(2)), "path") for name, path in PATHS.items()),
    Case("path", "nothing in a name", lambda: renamed(b"cat/a.png\0.exe"), "path"),
    Case("depth", "nine folders", lambda: beside("a/" * 9 + "x.png", png(2)), "depth"),
    Case("depth", "thousands of folders", lambda: beside("a/" * 30_000 + "x.png", png(2)), "depth"),
    Case("name", "too long", lambda: beside("cat/" + "x" * 121, png(2)), "name"),
    Case("name", "long folder", lambda: beside("x" * 60_000 + "/x.png", png(2)), "name"),
    # -- contents
    *(Case("no image", name, made, "not_an_image") for name, made in NO_IMAGES.items()),
    Case("empty", "empty.png", lambda: b"", "empty"),
    Case("phone format", "photo.heic", lambda: b"\0\0\0\x18ftypheic\0\0\0\0mif1heic" + bytes(99), "heic"),
    *(
        Case("cut off", kind, lambda kind=kind: content(picture(1), kind)[:-60], "damaged")
        for kind in ("JPEG", "PNG", "GIF", "WEBP", "BMP")
    ),
    Case("cut off", "right start, wrong rest", lambda: b"\x89PNG\r\n\x1a\n" + b"\xff" * 64, "damaged"),
    Case("cut off", "jpeg's first bytes", lambda: b"\xff\xd8\xff", "damaged"),
    Case("cut off", "png in its middle", lambda: png(1)[:300], "damaged"),
    Case("many pixels", "png of 2,500 million", lambda: FLAT, "too_large"),
    Case("many pixels", "png of 100 million", lambda: png_claims(10_000, 10_000), "too_large"),
    Case("many pixels", "flat strip", lambda: png_claims(10_000_000, 8), "too_large"),
    Case("many pixels", "png of 49 million", lambda: png_claims(7_000, 7_000), "too_large_whole"),
    Case("many pixels", "gif", lambda: gif_claims(65_535, 65_535), "too_large"),
    Case("many pixels", "bmp", lambda: bmp_claims(6_000, 6_000), "too_large_whole"),
    Case("many pixels", "second header", lambda: png_claims(9, 9, FLAT[8:33]), "too_large"),
    Case(
        "many pixels",
        "tile larger than its tiff",
        lambda: tiff(t256=16, t257=16, t258=8, t259=8, t262=1, t277=1, t322=30_000, t323=30_000, t324=200, t325=99),
        "too_large_whole",
    ),
    Case("few pixels", "1 × 1", lambda: content(picture(1, size=(1, 1))), "too_small"),
    Case("few pixels", "7 pixels high", lambda: content(picture(1, size=(900, 7))), "too_small"),
    Case("slow file", "scans", many_scans, "too_slow"),
    Case("slow file", "notes", lambda: jpeg_with(b"\xff\xe1\x00\x09Exif\0\0x" * 500), "too_slow"),
    Case("slow file", "chunks", lambda: png_claims(9, 9, chunk(b"prVt", b"") * 20_001), "too_slow"),
    Case(
        "slow file",
        "text that unpacks",
        lambda: png_claims(9, 9, chunk(b"zTXt", b"a\0\0" + zlib.compress(bytes(2**22)))),
        "damaged",
    ),
    Case("many bytes", "26 MB", lambda: b"\xff\xd8" + bytes(26 * MEGABYTE), "bytes"),
]
