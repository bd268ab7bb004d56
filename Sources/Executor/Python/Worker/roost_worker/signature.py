"""What a user's function wants to be called with, as its parameters and their annotations say.

The data come as frames of pandas or tables of Arrow, at once or, where the parameter of the data is annotated with
`Iterator[...]` (or Iterable, Generator), in pieces. A parameter more than there are data is the key, and comes first:
parameters with a default are not counted, unless all have one.
"""

from __future__ import annotations

import ast
import inspect
import typing
from dataclasses import dataclass
from typing import Callable, Optional

from roost_worker.failures import LoadFailure

ITERATORS = ("Iterator", "Iterable", "Generator")
ARROW_TYPES = ("Table", "RecordBatch", "Array", "ChunkedArray")


@dataclass(frozen=True)
class Signature:
    takes_key: bool
    iterates: bool
    format: str


def of_frames(function: Callable, name: str, frames: int, format: Optional[str]) -> Signature:
    """Of a function of so many frames, and perhaps the key before them. Throws LoadFailure."""
    parameters = _positional(function)
    if parameters is None:
        return Signature(False, False, format or "pandas")
    required = sum(parameter.default is parameter.empty for parameter in parameters)
    count = max(required, min(frames, len(parameters)))
    expected = f"({'frame' if frames == 1 else 'left, right'}) or (key, {'frame' if frames == 1 else 'left, right'})"
    _check(function, name, count if count in (frames, frames + 1) else frames, expected)
    data = parameters[count - frames : count]
    annotations = [_Annotation.of(parameter.annotation, function) for parameter in data]
    return Signature(
        takes_key=count > frames,
        iterates=any(annotation.iterates for annotation in annotations),
        format=format or _format(annotations, function),
    )


def of_columns(function: Callable, name: str, columns: int, format: Optional[str]) -> Signature:
    """Of a function of so many columns. Throws LoadFailure."""
    parameters = _positional(function)
    if parameters is None:
        return Signature(False, False, format or "pandas")
    _check(function, name, columns, f"{columns} column{'' if columns == 1 else 's'}")
    annotations = [_Annotation.of(parameter.annotation, function) for parameter in parameters]
    return Signature(False, False, format or _format(annotations, function))


def _positional(function: Callable) -> Optional[list]:
    """None for what cannot be asked, such as functions written in C."""
    try:
        parameters = inspect.signature(function).parameters.values()
    except (ValueError, TypeError):
        return None
    return [p for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]


def _check(function: Callable, name: str, count: int, expected: str) -> None:
    signature = inspect.signature(function)
    try:
        signature.bind(*[None] * count)
    except TypeError as error:
        raise LoadFailure(f"{name}{signature} cannot be called with {expected}: {error}") from None


def _format(annotations: list, function: Callable) -> str:
    returned = _Annotation.of(getattr(function, "__annotations__", {}).get("return", inspect.Parameter.empty), function)
    return "arrow" if any(annotation.is_arrow for annotation in (*annotations, returned)) else "pandas"


@dataclass(frozen=True)
class _Annotation:
    iterates: bool = False
    is_arrow: bool = False

    @staticmethod
    def of(annotation: object, function: Callable) -> _Annotation:
        if isinstance(annotation, str):
            try:
                annotation = eval(annotation, getattr(inspect.unwrap(function), "__globals__", {}))
            except Exception:
                # Names that only a type checker imports: the text says enough.
                return _of_text(annotation)
        origin = typing.get_origin(annotation)
        if origin is not None and getattr(origin, "__name__", "") in ITERATORS:
            items = [_Annotation.of(item, function) for item in typing.get_args(annotation)[:1]]
            return _Annotation(True, any(item.is_arrow for item in items))
        if getattr(annotation, "__name__", "") in ITERATORS:
            return _Annotation(iterates=True)
        return _Annotation(is_arrow=(getattr(annotation, "__module__", None) or "").startswith("pyarrow"))


def _of_text(text: str) -> _Annotation:
    try:
        expression = ast.parse(text, mode="eval").body
    except SyntaxError:
        return _Annotation()
    names = [node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "") for node in ast.walk(expression)]
    outer = expression.value if isinstance(expression, ast.Subscript) else expression
    outermost = outer.attr if isinstance(outer, ast.Attribute) else getattr(outer, "id", "")
    return _Annotation(outermost in ITERATORS, any(name in ARROW_TYPES for name in names))
