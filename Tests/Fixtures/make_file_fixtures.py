"""Writes the files under Tests/Fixtures/files that the tests of reading compare with.

Another implementation's writer than the engine's makes them: pyarrow 26.0.0 (pip install pyarrow==26.0.0).
    python3 Tests/Fixtures/make_file_fixtures.py
The tests state the values that stand here.
"""

import datetime
import decimal
import pathlib

import pyarrow as pa
import pyarrow.feather
import pyarrow.parquet as pq

folder = pathlib.Path(__file__).parent / "files"
folder.mkdir(exist_ok=True)

instants = [
    datetime.datetime(1969, 12, 31, 23, 59, 59, 999999),
    None,
    datetime.datetime(2013, 1, 1, 5, 0),
]
columns = {
    "large_text": pa.array(["a", None, "ä"], pa.large_string()),
    "category": pa.array(["x", "y", None]).dictionary_encode(),
    "u8": pa.array([255, None, 0], pa.uint8()),
    "u16": pa.array([65535, None, 0], pa.uint16()),
    "u32": pa.array([4294967295, None, 0], pa.uint32()),
    "u64": pa.array([18446744073709551615, None, 0], pa.uint64()),
    "half": pa.array([1.5, None, -2.0], pa.float16()),
    "milliseconds": pa.array(
        [None if i is None else i.replace(microsecond=0) for i in instants], pa.timestamp("ms")
    ),
    "microseconds": pa.array(instants, pa.timestamp("us")),
    # One nanosecond before 1970: rounds down to one microsecond before.
    "nanoseconds": pa.array([-1, None, 1357016400000000000], pa.timestamp("ns")),
    "berlin": pa.array([0, None, 1357016400000000], pa.timestamp("us", "Europe/Berlin")),
    "day": pa.array([datetime.date(1969, 12, 31), None, datetime.date(2013, 1, 1)], pa.date64()),
    "wide_decimal": pa.array(
        [decimal.Decimal("-1.25"), None, decimal.Decimal("12345678901234.50")],
        pa.decimal256(20, 2),
    ),
    "fixed": pa.array([b"ab", None, b"cd"], pa.binary(2)),
    "numbers": pa.array([[1, None], None, []], pa.list_(pa.int32())),
    "large_numbers": pa.array([[1.5], None, []], pa.large_list(pa.float64())),
    "nothing": pa.nulls(3),
}
types = pa.table(columns)
pq.write_table(types, folder / "types.parquet")

arrow_columns = dict(columns)
arrow_columns["view"] = pa.array(["short", None, "longer than twelve bytes"], pa.string_view())
arrow_columns["pair"] = pa.array([[1, 2], None, [3, 4]], pa.list_(pa.int16(), 2))
arrow_columns["list_view"] = pa.array([[1], None, [2, 3]], pa.list_view(pa.int8()))
arrow_columns["seconds"] = pa.array([-1, None, 1357016400], pa.timestamp("s"))
pa.feather.write_feather(
    pa.table(arrow_columns), folder / "types.arrow", compression="uncompressed"
)

# Row groups of ten rows; `value` has NaN and null among them, and the third group of `gap` is all null.
n = 40
groups = pa.table(
    {
        "id": pa.array(range(n), pa.int64()),
        "value": pa.array(
            [None if i % 10 == 3 else float("nan") if i == 15 else i / 2 for i in range(n)]
        ),
        "name": pa.array([f"name {i:02}" for i in range(n)]),
        "gap": pa.array([None if 20 <= i < 30 else i for i in range(n)], pa.int32()),
    }
)
pq.write_table(groups, folder / "groups.parquet", row_group_size=10)
with pa.OSFile(str(folder / "groups.arrow"), "wb") as sink:
    with pa.ipc.new_file(sink, groups.schema) as writer:
        writer.write_table(groups, max_chunksize=10)

nested = pa.table({"id": [1], "place": [{"x": 1.0, "y": 2.0}]})
pq.write_table(nested, folder / "nested.parquet")

# Chunks with dictionaries of their own: the writer's type is a dictionary, the pages are plain.
categories = pa.chunked_array(
    [pa.array([f"{letter}{i % 50}" for i in range(500)]).dictionary_encode() for letter in "ab"]
)
pq.write_table(
    pa.table({"category": categories, "id": range(1000)}), folder / "categories.parquet"
)


def damage(name: str, damaged: str, good: bytes, bad: bytes) -> None:
    """Replaces what stands in a file once."""
    content = (folder / name).read_bytes()
    if content.count(good) != 1:
        raise ValueError(f"{name} has {good!r} {content.count(good)} times")
    (folder / damaged).write_bytes(content.replace(good, bad))
    (folder / name).unlink()


# Pages whose header of deltas says that there are 500 values, where their levels say 1000. The header is
# the size of a block, its miniblocks, and the number of values, all LEB128.
for name, values, encoding, header in [
    ("short_numbers", pa.array(range(1000), pa.int64()), "DELTA_BINARY_PACKED", b"\x80\x02\x04"),
    ("short_texts", pa.array(["y" * 30] * 1000), "DELTA_LENGTH_BYTE_ARRAY", b"\x80\x01\x04"),
]:
    pq.write_table(
        pa.table({"v": values}),
        folder / "whole.parquet",
        use_dictionary=False,
        compression="NONE",
        column_encoding={"v": encoding},
    )
    damage("whole.parquet", f"{name}.parquet", header + b"\xe8\x07", header + b"\xf4\x03")

# A footer with bounds of four bytes for a column of longs.
pq.write_table(
    pa.table({"k": [7, 9], "v": [1.0, 2.0]}), folder / "whole.parquet", compression="NONE"
)
content = (folder / "whole.parquet").read_bytes()
(folder / "whole.parquet").unlink()
size = int.from_bytes(content[-8:-4], "little")
footer = content[-8 - size : -8]
for bound in (7, 9):
    footer = footer.replace(
        b"\x08" + bound.to_bytes(8, "little"), b"\x04" + bound.to_bytes(4, "little")
    )
(folder / "short_bounds.parquet").write_bytes(
    content[: -8 - size] + footer + len(footer).to_bytes(4, "little") + b"PAR1"
)

print("pyarrow", pa.__version__)
