"""XML parts, streamed element by element: nothing is built that could grow with the part."""

from collections.abc import Callable
from typing import IO
from xml.parsers import expat

_CHUNK = 256 * 1024

Begin = Callable[[str, dict[str, str]], None]


def walk(
    stream: IO[bytes],
    begin: Begin,
    end: Callable[[str], None] | None = None,
    characters: Callable[[str], None] | None = None,
) -> None:
    """Call `begin`, `end` and `characters` in document order; names are "namespace name".

    Expat's own limit on entities stands behind the containers' check, which refuses all of them.
    """
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartElementHandler = begin
    parser.EndElementHandler = end
    parser.CharacterDataHandler = characters
    while chunk := stream.read(_CHUNK):
        parser.Parse(chunk)
    parser.Parse(b"", True)
