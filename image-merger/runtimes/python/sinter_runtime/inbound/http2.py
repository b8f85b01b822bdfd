"""Whose an HTTP/2 connection is (RFC 9113, HPACK RFC 7541): as much of its first HEADERS frame is read as names a member.
The connection is then that member's own server's."""

from .parsing import Odd

PREFACE_HEAD = b"PRI * HTTP/2.0\r\n\r\n"
REST_OF_PREFACE = b"SM\r\n\r\n"
HEADERS, CONTINUATION = 1, 9
END_HEADERS, PADDED, PRIORITY = 0x4, 0x8, 0x20
MAX_BYTES = 65536
# Entries of the static table that name a host.
HOSTS = (1, 38)

# HPACK's Huffman code is canonical: symbols by length, then by value. Names of hosts and headers need no longer codes.
_BY_LENGTH = {5: "012aceiost", 6: " %-./3456789=A_bdfghlmnpru", 7: ":BCDEFGHIJKLMNOPQRSTUVWYjkqvwxyz", 8: "&*,;XZ"}


def route_of(data):
    """(function, host) of what follows PREFACE_HEAD, None while it has not arrived; Odd when it is no HTTP/2."""
    if not data.startswith(REST_OF_PREFACE[:len(data)]) or len(data) > MAX_BYTES:
        raise Odd
    block = _first_block(data, len(REST_OF_PREFACE))
    return None if block is None else _named(block)


def _first_block(data, start):
    block = b""
    begun = False
    while len(data) >= start + 9:
        size, kind, flags = int.from_bytes(data[start:start + 3], "big"), data[start + 3], data[start + 4]
        payload = data[start + 9:start + 9 + size]
        if len(payload) < size:
            return None
        start += 9 + size
        if kind == HEADERS and not begun:
            begun = True
            padding = payload[0] if flags & PADDED and payload else 0
            skipped = bool(flags & PADDED) + (5 if flags & PRIORITY else 0)
            block = payload[skipped:len(payload) - padding]
        elif kind == CONTINUATION and begun:
            block += payload
        elif begun:
            raise Odd
        if begun and flags & END_HEADERS:
            return block
    return None


def _named(block):
    function = host = None
    at = 0
    try:
        while at < len(block):
            first = block[at]
            if first & 0x80:
                _, at = _number(block, at, 7)
                continue
            if first & 0xe0 == 0x20:
                _, at = _number(block, at, 5)
                continue
            index, at = _number(block, at, 6 if first & 0x40 else 4)
            name = None
            if index == 0:
                name, at = _text(block, at)
            value, at = _text(block, at)
            if name == "x-sinter-function":
                function = value
            elif index in HOSTS or name in ("host", ":authority"):
                host = host or value
    except IndexError:
        raise Odd from None
    return function, host


def _number(block, at, bits):
    mask = (1 << bits) - 1
    number = block[at] & mask
    at += 1
    if number < mask:
        return number, at
    shift = 0
    while True:
        byte = block[at]
        at += 1
        number += (byte & 0x7f) << shift
        shift += 7
        if shift > 28:
            raise Odd
        if not byte & 0x80:
            return number, at


def _text(block, at):
    """(text, or None when it is no host and no header's name of ours, where it ends)"""
    coded = block[at] & 0x80
    size, at = _number(block, at, 7)
    raw = block[at:at + size]
    if len(raw) < size:
        raise Odd
    return (_decoded(raw) if coded else raw.decode("latin-1")), at + size


def _decoded(raw):
    text = ""
    code = length = 0
    for byte in raw:
        for bit in range(7, -1, -1):
            code = code << 1 | byte >> bit & 1
            length += 1
            if (length, code) in _CODES:
                text += _CODES[length, code]
                code = length = 0
    # What is left are the ones that fill the last byte.
    return text if length < 8 and code == (1 << length) - 1 else None


def _codes():
    table = {}
    code = previous = 0
    for length, symbols in _BY_LENGTH.items():
        code <<= length - previous
        previous = length
        for symbol in symbols:
            table[length, code] = symbol
            code += 1
    return table


_CODES = _codes()
