"""Writes guide.pdf and archive.zip into the folder named on the command line: called by make.sh.

The PDF is written object by object (ISO 32000-1 §7.5) with the standard fonts, so that any reader shows its text as text.
"""

import pathlib
import sys
import zipfile

PAGE_WIDTH, PAGE_HEIGHT, MARGIN = 595, 842, 72
TITLE, BODY = ("F2", 26, 40), ("F1", 12, 19)

PAGES = [
    (
        "A guide to the sandbox",
        [
            "This document is part of Sluice's sandbox, the stand-in for the PikPak cloud.",
            "It has two pages, so that paging in a viewer can be tried.",
            "",
            "What is there to try:",
            "  -  a film that shows its own timecode, with two files of subtitles",
            "  -  music, with a cover beside it",
            "  -  photos, documents and an archive",
            "  -  a folder of ten thousand files",
            "  -  a file of four gigabytes, of which byte i is i mod 251",
            "  -  names in many scripts",
        ],
    ),
    (
        "What is real and what is not",
        [
            "The films, sounds and pictures are real files. They were drawn from formulas",
            "and belong to nobody else.",
            "",
            "The accounts are made up. Nothing that is typed into the sandbox leaves",
            "the machine that it runs on.",
            "",
            "What the sandbox does was written from observation of the real service.",
            "Where nothing was observed, it guesses: see the README of the sandbox.",
        ],
    ),
]


def escape(text):
    return text.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)")


def page_content(number, title, lines):
    top = PAGE_HEIGHT - MARGIN - 30
    parts = [f"0.07 0.30 0.42 rg 0 {PAGE_HEIGHT - 14} {PAGE_WIDTH} 14 re f", "0.1 g BT"]
    font, size, leading = TITLE
    parts.append(f"/{font} {size} Tf {leading} TL {MARGIN} {top} Td ({escape(title)}) Tj T*")
    font, size, leading = BODY
    parts.append(f"/{font} {size} Tf {leading} TL")
    parts += [f"({escape(line)}) Tj T*" for line in lines]
    parts.append("ET")
    parts.append(f"0.45 g BT /F1 9 Tf {PAGE_WIDTH // 2 - 20} 40 Td (page {number} of {len(PAGES)}) Tj ET")
    return "\n".join(parts).encode("latin-1")


def pdf():
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", b""]
    for font in ("Helvetica", "Helvetica-Bold"):
        objects.append(f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} /Encoding /WinAnsiEncoding >>".encode())
    kids = []
    for number, (title, lines) in enumerate(PAGES, 1):
        content = page_content(number, title, lines)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 %d %d] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % (PAGE_WIDTH, PAGE_HEIGHT, len(objects))
        )
        kids.append(b"%d 0 R" % len(objects))
    objects[1] = b"<< /Type /Pages /Kids [%s] /Count %d >>" % (b" ".join(kids), len(kids))
    objects.append(b"<< /Title (A guide to the sandbox) /Creator (Sluice) >>")
    return assemble(objects)


def assemble(objects):
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, body in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R /Info %d 0 R >>\n" % (len(objects) + 1, len(objects))
    out += b"startxref\n%d\n%%%%EOF\n" % start
    return bytes(out)


def archive(path):
    files = {
        "archive/readme.txt": "An archive with two folders.\n",
        "archive/one/first.txt": "The first file.\n" * 40,
        "archive/two/second.txt": "The second file.\n" * 400,
        "archive/two/Unicode 名字 é.txt": "A name in another script.\n",
    }
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in files.items():
            entry = zipfile.ZipInfo(name, (2026, 1, 1, 12, 0, 0))
            entry.external_attr = 0o644 << 16
            entry.compress_type = zipfile.ZIP_DEFLATED
            out.writestr(entry, text)


folder = pathlib.Path(sys.argv[1])
(folder / "guide.pdf").write_bytes(pdf())
archive(folder / "archive.zip")
