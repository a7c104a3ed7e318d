"""Vectors and register tiles: the few words Numba lacks for loops that fill a processor.

A processor multiplies and adds whole vectors (16 numbers at a time with AVX-512, 8 with AVX2, 4
with NEON and in a page), and it is fast only as long as what it works on stays in its registers.
Here is the vocabulary to say so in Python:

``tile(T, L)``
    room for T vectors of L numbers in registers, read and written as ``acc[t]`` in loops over
    ``range(T)``. ``tile(T, 0)`` holds T integers.
``load(a, i, L)``, ``store(a, i, v)``
    L numbers from the flat position i of an array, and back.
``store_from(a, i, v, first)``, ``store_first(a, i, v, count)``
    store the lanes from ``first`` on, or the first ``count``, and leave the others.
``at(a, i)``, ``put(a, i, x)``
    one number at a flat position, without Python's rule that negative indices count from the end.
``splat(x, L)``, ``codes(k, L)``
    L copies of a number, L copies of the byte k.
``+ - * /``, ``root(v)``
    lane by lane; a number beside a vector stands for L copies of it. A product that is added is
    rounded once where the processor has such an instruction.
``a > b``, ``a == b``, ``beats(a, b)``, ``select(mask, a, b)``
    comparisons make masks; select takes a where the mask is true, b elsewhere. NaN beats every
    number, a later NaN does not beat an earlier one.

T and L must be constants of the kernel. L may be any power of two: the compiler splits wide vectors
into the widest the target has. Nothing here checks a bound; whoever calls a kernel does. Such
kernels run compiled only: with ``NUMBA_DISABLE_JIT`` the plain loops beside them do the work.
"""

from __future__ import annotations

import operator
from typing import Any

from llvmlite import ir
from numba import extending, types
from numba.core import cgutils
from numba.core.errors import TypingError
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.np.arrayobj import make_array

__all__ = [
    "at", "beats", "codes", "load", "put", "root", "select", "splat", "store", "store_first",
    "store_from", "tile",
]  # fmt: skip

ELEMENTS = {"f4": ir.FloatType(), "u1": ir.IntType(8), "b1": ir.IntType(1)}
intrinsic: Any = extending.intrinsic  # its functions take a first argument that callers leave out
INDEX = ir.IntType(64)
#: The one liberty the compiler gets: a*b + c may be rounded once.
FLAGS = ("contract",)


# ------------------------------------------------------------------------------------------- types
class Vec(types.Type):
    """``lanes`` numbers in a vector register: float32 (f4), bytes (u1) or a mask (b1)."""

    def __init__(self, lanes: int, element: str = "f4") -> None:
        self.lanes, self.element = lanes, element
        super().__init__(name=f"{element}x{lanes}")

    @property
    def llvm(self) -> Any:
        """LLVM's type."""
        return ir.VectorType(ELEMENTS[self.element], self.lanes)


class Tile(types.Type):
    """``count`` vectors of ``lanes`` float32, or ``count`` integers where ``lanes`` is 0.

    LLVM moves them from the stack into registers once the loops over them are unrolled.
    """

    def __init__(self, count: int, lanes: int) -> None:
        self.count, self.lanes = count, lanes
        super().__init__(name=f"tile{count}x{lanes}")

    @property
    def item(self) -> types.Type:
        """The type of what a tile holds."""
        return Vec(self.lanes) if self.lanes else types.intp

    @property
    def llvm(self) -> Any:
        """LLVM's type of an item."""
        return Vec(self.lanes).llvm if self.lanes else INDEX


@extending.register_model(Vec)
class _VecModel(extending.models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Vec) -> None:
        super().__init__(manager, type_, type_.llvm)


@extending.register_model(Tile)
class _TileModel(extending.models.PrimitiveModel):
    def __init__(self, manager: Any, type_: Tile) -> None:
        super().__init__(manager, type_, ir.PointerType(type_.llvm))


def _constant(type_: Any) -> int:
    """The value of an argument that must be known when the kernel is compiled."""
    if not isinstance(type_, types.IntegerLiteral):
        raise TypingError("tile, load, splat and codes take constants for T and L")
    return type_.literal_value


def _same(vector: Any, value: int) -> Any:
    return ir.Constant(vector, [value] * vector.count)


def _spread(builder: Any, number: Any, lanes: int) -> Any:
    """L copies of a number."""
    empty = ir.Constant(ir.VectorType(number.type, lanes), ir.Undefined)
    first = builder.insert_element(empty, number, ir.Constant(ir.IntType(32), 0))
    return builder.shuffle_vector(first, empty, _same(ir.VectorType(ir.IntType(32), lanes), 0))


def _address(context: Any, builder: Any, array_type: Any, array: Any, index: Any) -> Any:
    return builder.gep(make_array(array_type)(context, builder, array).data, [index])


def _vector_of(array: Any, lanes: int) -> Vec:
    """The vector that holds so many of an array's numbers."""
    for kind, element in ((types.float32, "f4"), (types.uint8, "u1")):
        if array.dtype == kind:
            return Vec(lanes, element)
    raise TypingError(f"a vector holds float32 or uint8; got an array of {array.dtype}")


def _check_fits(vector: Any, array: Any) -> None:
    """Refuse to write a vector into an array of another type."""
    if not isinstance(vector, Vec) or vector != _vector_of(array, vector.lanes):
        raise TypingError(f"store takes a vector of the array's type; got {vector} for {array}")


# ------------------------------------------------------------------------------------------- tiles
@intrinsic
def tile(typing: Any, count: Any, lanes: Any) -> Any:
    """Room for ``count`` vectors of ``lanes`` numbers (or integers, where ``lanes`` is 0)."""
    result = Tile(_constant(count), _constant(lanes))

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        room = cgutils.alloca_once(builder, ir.ArrayType(result.llvm, result.count))
        return builder.bitcast(room, ir.PointerType(result.llvm))

    return result(count, lanes), build


@infer_global(operator.getitem)
class _GetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Tile):
            return signature(args[0].item, args[0], types.intp)
        return None


@infer_global(operator.setitem)
class _SetItem(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Tile):
            return signature(types.none, args[0], types.intp, args[0].item)
        return None


@extending.lower_builtin(operator.getitem, Tile, types.intp)
def _get(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.load(builder.gep(args[0], [args[1]]))


@extending.lower_builtin(operator.setitem, Tile, types.intp, types.intp)
@extending.lower_builtin(operator.setitem, Tile, types.intp, Vec)
def _set(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    builder.store(args[2], builder.gep(args[0], [args[1]]))


# ------------------------------------------------------------------------------------------ memory
@intrinsic
def load(typing: Any, a: Any, i: Any, lanes: Any) -> Any:
    """``lanes`` numbers from the flat position i of an array of float32 or bytes."""
    result = _vector_of(a, _constant(lanes))

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        address = _address(context, builder, sig.args[0], args[0], args[1])
        value = builder.load(builder.bitcast(address, ir.PointerType(result.llvm)), typ=result.llvm)
        value.align = a.dtype.bitwidth // 8
        return value

    return result(a, types.intp, lanes), build


@intrinsic
def store(typing: Any, a: Any, i: Any, v: Any) -> Any:
    """Write a vector to the flat position i of an array."""
    _check_fits(v, a)

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        address = _address(context, builder, sig.args[0], args[0], args[1])
        done = builder.store(args[2], builder.bitcast(address, ir.PointerType(args[2].type)))
        done.align = a.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(a, types.intp, v), build


@intrinsic
def store_from(typing: Any, a: Any, i: Any, v: Any, first: Any) -> Any:
    """Write the lanes from ``first`` on; what lies before them stays."""
    _check_fits(v, a)

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        address = _address(context, builder, sig.args[0], args[0], args[1])
        place = builder.bitcast(address, ir.PointerType(args[2].type))
        before = builder.load(place, typ=args[2].type)
        lanes = ir.VectorType(ir.IntType(32), v.lanes)
        number = ir.Constant(lanes, list(range(v.lanes)))
        least = _spread(builder, builder.trunc(args[3], ir.IntType(32)), v.lanes)
        keep = builder.icmp_signed(">=", number, least)
        done = builder.store(builder.select(keep, args[2], before), place)
        before.align = done.align = a.dtype.bitwidth // 8
        return context.get_dummy_value()

    return types.void(a, types.intp, v, types.intp), build


@intrinsic
def store_first(typing: Any, a: Any, i: Any, v: Any, count: Any) -> Any:
    """Write the first ``count`` lanes; what lies behind them is neither read nor written."""
    _check_fits(v, a)

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        address = _address(context, builder, sig.args[0], args[0], args[1])
        vector, mask = args[2].type, Vec(v.lanes, "b1").llvm
        place = builder.bitcast(address, ir.PointerType(vector))
        lanes = ir.VectorType(ir.IntType(32), v.lanes)
        limit = _spread(builder, builder.trunc(args[3], ir.IntType(32)), v.lanes)
        keep = builder.icmp_signed("<", ir.Constant(lanes, list(range(v.lanes))), limit)
        name = f"llvm.masked.store.v{v.lanes}f32.p0"
        kinds = [vector, place.type, ir.IntType(32), mask]
        function = ir.FunctionType(ir.VoidType(), kinds)
        align = ir.Constant(ir.IntType(32), a.dtype.bitwidth // 8)
        masked = cgutils.get_or_insert_function(builder.module, function, name)
        builder.call(masked, [args[2], place, align, keep])
        return context.get_dummy_value()

    return types.void(a, types.intp, v, types.intp), build


@intrinsic
def at(typing: Any, a: Any, i: Any) -> Any:
    """The number at the flat position i. Integers of any width come as Python's."""
    result = types.intp if isinstance(a.dtype, types.Integer) else a.dtype

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        number = builder.load(_address(context, builder, sig.args[0], args[0], args[1]))
        return context.cast(builder, number, a.dtype, result)

    return result(a, types.intp), build


@intrinsic
def put(typing: Any, a: Any, i: Any, x: Any) -> Any:
    """Write one number to the flat position i."""

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        number = context.cast(builder, args[2], sig.args[2], a.dtype)
        builder.store(number, _address(context, builder, sig.args[0], args[0], args[1]))
        return context.get_dummy_value()

    return types.void(a, types.intp, x), build


# ------------------------------------------------------------------------------------- arithmetic
@intrinsic
def splat(typing: Any, x: Any, lanes: Any) -> Any:
    """``lanes`` copies of a number."""
    result = Vec(_constant(lanes))

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _spread(builder, args[0], result.lanes)

    return result(types.float32, lanes), build


@intrinsic
def codes(typing: Any, k: Any, lanes: Any) -> Any:
    """``lanes`` copies of the byte k, a constant."""
    byte, result = _constant(k), Vec(_constant(lanes), "u1")

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return _same(result.llvm, byte)

    return result(k, lanes), build


class _Arithmetic(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        vectors = [a for a in args if isinstance(a, Vec)]
        if not vectors or not all(isinstance(a, (Vec, types.Number)) for a in args):
            return None
        if any(v.element != "f4" or v.lanes != vectors[0].lanes for v in vectors):
            raise TypingError(f"vectors must hold as many float32; got {args[0]} and {args[1]}")
        each = [a if isinstance(a, Vec) else types.float32 for a in args]
        return signature(vectors[0], *each)


def _arithmetic(instruction: str) -> Any:
    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        x, y = (
            value if isinstance(type_, Vec) else _spread(builder, value, sig.return_type.lanes)
            for type_, value in zip(sig.args, args, strict=True)
        )
        return getattr(builder, instruction)(x, y, flags=FLAGS)

    return build


for _operators, _instruction in (
    ((operator.add, operator.iadd), "fadd"),
    ((operator.sub, operator.isub), "fsub"),
    ((operator.mul, operator.imul), "fmul"),
    ((operator.truediv, operator.itruediv), "fdiv"),
):
    for _operator in _operators:
        infer_global(_operator)(_Arithmetic)
        for _pair in ((Vec, Vec), (Vec, types.Float), (types.Float, Vec)):
            extending.lower_builtin(_operator, *_pair)(_arithmetic(_instruction))


@intrinsic
def root(typing: Any, v: Any) -> Any:
    """The square root, lane by lane."""

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        type_ = args[0].type
        name = f"llvm.sqrt.v{type_.count}f32"
        function = ir.FunctionType(type_, [type_])
        return builder.call(cgutils.get_or_insert_function(builder.module, function, name), args)

    return v(v), build


# ------------------------------------------------------------------------------ comparing, choosing
class _Comparison(AbstractTemplate):
    def generic(self, args: Any, kws: Any) -> Any:
        if isinstance(args[0], Vec) and args[0] == args[1]:
            return signature(Vec(args[0].lanes, "b1"), *args)
        return None


@infer_global(operator.gt)
class _Greater(_Comparison):
    def generic(self, args: Any, kws: Any) -> Any:
        numbers = isinstance(args[0], Vec) and args[0].element == "f4"
        return super().generic(args, kws) if numbers else None


@infer_global(operator.eq)
class _Equal(_Comparison):
    pass


@extending.lower_builtin(operator.gt, Vec, Vec)
def _greater(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    return builder.fcmp_ordered(">", *args)


@extending.lower_builtin(operator.eq, Vec, Vec)
def _equal(context: Any, builder: Any, sig: Any, args: Any) -> Any:
    if sig.args[0].element == "f4":
        return builder.fcmp_ordered("==", *args)
    return builder.icmp_unsigned("==", *args)


@intrinsic
def beats(typing: Any, a: Any, b: Any) -> Any:
    """Where a > b, or a is NaN and b is not: the rule by which a maximum is found."""
    if not isinstance(a, Vec) or a != b or a.element != "f4":
        raise TypingError(f"beats compares two vectors of float32; got {a} and {b}")

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        above = builder.fcmp_unordered(">", *args)
        number = builder.fcmp_ordered("ord", args[1], args[1])
        return builder.and_(above, number)

    return Vec(a.lanes, "b1")(a, b), build


@intrinsic
def select(typing: Any, mask: Any, a: Any, b: Any) -> Any:
    """A where the mask is true, b elsewhere."""
    if not (isinstance(mask, Vec) and mask == Vec(a.lanes, "b1") and a == b):
        raise TypingError(f"select takes a mask and two vectors alike; got {mask}, {a}, {b}")

    def build(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        return builder.select(*args)

    return a(mask, a, b), build
