"""What a PDF says beside its page: a title, and the sources of its numbers as an attached text.

The renderer writes a page and nothing else, so both are appended as an incremental update (ISO 32000-2, 7.5.6): the
bytes before it stay as they were.
"""

from __future__ import annotations

import re
import zlib

__all__ = ["ATTACHED", "attached"]

ATTACHED = "sources.txt"

_CATALOG = re.compile(rb"(?:^|\n)(\d+) 0 obj\s*<<(\s*/Type /Catalog\b[^<>]*)>>\s*endobj")
_TRAILER = re.compile(
    rb"trailer\s*<<\s*/Size (\d+)\s*/Root (\d+) 0 R[^>]*>>\s*startxref\s*(\d+)\s*%%EOF\s*\Z", re.DOTALL
)


def attached(pdf: bytes, title: str, text: str) -> bytes:
    """The PDF with a title, and with a text attached as `sources.txt`.

    Raises:
        ValueError: the renderer has written a PDF of another build than this knows.
    """
    trailer, catalog = _TRAILER.search(pdf), _CATALOG.search(pdf)
    if trailer is None or catalog is None or catalog[1] != trailer[2]:
        raise ValueError("The PDF has no plain trailer and catalog to append to.")
    size, root = int(trailer[1]), int(catalog[1])
    data = text.encode()
    packed = zlib.compress(data)
    file, spec, info = size, size + 1, size + 2
    name = ATTACHED.encode()
    objects = {
        root: b"<<%s/Names << /EmbeddedFiles << /Names [(%s) %d 0 R] >> >> /AF [%d 0 R] >>"
        % (catalog[2], name, spec, spec),
        file: b"<< /Type /EmbeddedFile /Subtype /text#2Fplain /Filter /FlateDecode /Length %d "
        b"/Params << /Size %d >> >>\nstream\n%s\nendstream" % (len(packed), len(data), packed),
        spec: b"<< /Type /Filespec /F (%s) /UF (%s) /AFRelationship /Source /Desc (Where the numbers come from) "
        b"/EF << /F %d 0 R /UF %d 0 R >> >>" % (name, name, file, file),
        info: b"<< /Title %s /Creator (canvas_widget) >>" % _text(title),
    }
    out, places = bytearray(pdf if pdf.endswith(b"\n") else pdf + b"\n"), {}
    for number, body in objects.items():
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    table = len(out)
    out += b"xref\n%d 1\n%010d 00000 n\r\n%d 3\n" % (root, places[root], file)
    out += b"".join(b"%010d 00000 n\r\n" % places[number] for number in (file, spec, info))
    out += b"trailer\n<< /Size %d /Root %d 0 R /Info %d 0 R /Prev %d >>\n" % (size + 3, root, info, int(trailer[3]))
    return bytes(out + b"startxref\n%d\n%%%%EOF\n" % table)


def _text(words: str) -> bytes:
    """A text string as UTF-16, in hexadecimal digits."""
    return b"<FEFF%s>" % words.encode("utf-16-be", "replace").hex().upper().encode()
