"""Records packed by the hundred: a blob of deals, of their pasts, of the rest, with checksums.

Owns the bytes of a chunk. Must not know where they are kept. One row a deal took three times as
long to read.
"""

import zlib
from collections.abc import Collection, Iterable, Mapping
from functools import cache

import msgspec

import salescli
from salescli.model.activities import Activity
from salescli.model.deal import ActivityFacts, Deal, Facts, ProposalFacts, Talk
from salescli.model.errors import Finding, Place
from salescli.model.pasts import Past, Step
from salescli.model.runs import Run
from salescli.model.visits import Visit

CHUNK = 256  # records in a full chunk
_LAYOUT = 6  # raise it when the same fields come to mean something else
_CHECKSUM_BYTES = 4


class BrokenBlob(Exception):
    """The bytes aren't those that were written."""


class PackedDigest(msgspec.Struct, array_like=True):
    """A `Digest` of which deal and facts stay packed."""

    id: str
    deal: msgspec.Raw
    facts: msgspec.Raw
    findings: tuple[Finding, ...]
    words: tuple[str, ...]
    blobs: bytes

    @property
    def is_valid(self) -> bool:
        """Whether there is something to be kept of it."""
        return not self.findings


class PackedPast(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """A `Past` whose steps stay packed: most deals are asked for a day since which they stood."""

    id: str
    steps: msgspec.Raw

    def unpack(self) -> Past:
        """The past itself."""
        return Past(self.id, _steps.decode(self.steps))


_PACKED = (
    *(Deal, Talk, Visit, Past, Step, Facts, ActivityFacts, Activity, ProposalFacts, Run),
    *(Finding, Place),
)


class _Identified(msgspec.Struct, array_like=True):
    id: str


_encoder = msgspec.msgpack.Encoder()
_deals = msgspec.msgpack.Decoder(list[Deal])
_pasts = msgspec.msgpack.Decoder(list[PackedPast])
_steps = msgspec.msgpack.Decoder(tuple[Step, ...])
_facts = msgspec.msgpack.Decoder(list[Facts])
_raws = msgspec.msgpack.Decoder(list[msgspec.Raw])
_identified = msgspec.msgpack.Decoder(_Identified)
_digests = msgspec.msgpack.Decoder(list[PackedDigest | None])
_findings = msgspec.msgpack.Decoder(tuple[Finding, ...])


@cache
def build_version() -> int:
    """A number that changes with the program and with the shape of what is packed."""
    shapes = [
        [(info.name, str(info.type)) for info in msgspec.structs.fields(kind)] for kind in _PACKED
    ]
    return zlib.crc32(repr((_LAYOUT, salescli.__version__, shapes)).encode()) & 0x7FFFFFFF


def _seal(items: Iterable[msgspec.Raw]) -> bytes:
    data = _encoder.encode(list(items))
    return zlib.crc32(data).to_bytes(_CHECKSUM_BYTES, "little") + data


def _open(blob: bytes) -> memoryview:
    """The content of a blob; raises `BrokenBlob`."""
    content = memoryview(blob)[_CHECKSUM_BYTES:]
    if zlib.crc32(content) != int.from_bytes(blob[:_CHECKSUM_BYTES], "little"):
        raise BrokenBlob
    return content


def check_blob(blob: bytes) -> None:
    """Raise `BrokenBlob` unless the bytes are those that were written."""
    _open(blob)


def unpack_deals(blob: bytes) -> list[Deal]:
    """The deals of a chunk that `check_blob` let through."""
    return _deals.decode(memoryview(blob)[_CHECKSUM_BYTES:])


def unpack_pasts(blob: bytes) -> list[PackedPast]:
    """The pasts of a chunk that `check_blob` let through, their steps still packed."""
    return _pasts.decode(memoryview(blob)[_CHECKSUM_BYTES:])


def unpack_facts(blob: bytes) -> list[Facts]:
    """The rest of the records of a chunk that `check_blob` let through."""
    return _facts.decode(memoryview(blob)[_CHECKSUM_BYTES:])


def change_chunk(
    blob: bytes | None, without: Collection[str], added: Mapping[str, msgspec.Raw]
) -> tuple[bytes, int]:
    """A blob without the ids of `without` and with what is `added`, and its number of records.

    Raises `BrokenBlob`.
    """
    kept: list[msgspec.Raw] = []
    if blob is not None:
        old = _raws.decode(_open(blob))
        kept = [raw for raw in old if _identified.decode(raw).id not in without]
    items = [*kept, *added.values()]
    return _seal(items), len(items)


def pack_past(past: Past) -> msgspec.Raw:
    """A past as `change_chunk` takes it."""
    return msgspec.Raw(_encoder.encode(past))


def pack_digests(digests: Iterable[object]) -> bytes:
    """Digests as bytes, to be sent between processes."""
    return _encoder.encode(list(digests))


def unpack_digests(data: bytes) -> list[PackedDigest | None]:
    """What `pack_digests` packed, deals and facts still packed."""
    return _digests.decode(data)


def pack_findings(findings: tuple[Finding, ...]) -> bytes:
    """Findings as bytes."""
    return _encoder.encode(findings)


def unpack_findings(data: bytes) -> tuple[Finding, ...]:
    """What `pack_findings` packed; raises `BrokenBlob`."""
    try:
        return _findings.decode(data)
    except msgspec.DecodeError as error:
        raise BrokenBlob from error
