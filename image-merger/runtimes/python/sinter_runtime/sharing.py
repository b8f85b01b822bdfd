"""Before processes are forked: what they are to share must stay unwritten, as every page written to becomes their own.

Counting references writes. From Python 3.12 on an object can be marked as living for ever, and is not counted any more. The
mark goes to what shared libraries consist of and nobody throws away: code, functions, classes, modules, constants in them."""

import ctypes
import gc
import sys
import sysconfig
import types

KINDS = (str, bytes, int, float, tuple, frozenset, type, property, staticmethod, classmethod, types.CodeType,
         types.FunctionType, types.BuiltinFunctionType, types.MethodDescriptorType, types.WrapperDescriptorType,
         types.GetSetDescriptorType, types.MemberDescriptorType, types.ModuleType, types.CellType)
_INSIDE_CODE = ("co_consts", "co_names", "co_name", "co_qualname", "co_filename", "co_linetable", "co_exceptiontable")
_IMMORTAL_FROM = 1 << 31


def settle():
    """Call it once, when all that is shared is loaded."""
    gc.collect()
    immortalize()
    try:
        # What loading left free goes back.
        ctypes.CDLL(None).malloc_trim(0)
    except (OSError, AttributeError):
        pass
    gc.freeze()


def immortalize():
    """Marks all that is reachable now; returns how many objects. Does nothing where the interpreter does not know the mark."""
    count_of = ctypes.c_uint32.from_address
    if not _known(count_of):
        return 0
    mark = count_of(id(None)).value
    marked = 0
    inside = []
    for holder in gc.get_objects():
        if type(holder) is types.FrameType:
            continue
        inside += (holder,), gc.get_referents(holder)
        while inside:
            for found in inside.pop():
                # Proxies are not asked what they stand for (isinstance would).
                if not issubclass(type(found), KINDS):
                    continue
                count = count_of(id(found))
                if count.value >= _IMMORTAL_FROM:
                    continue
                count.value = mark
                marked += 1
                if type(found) is types.CodeType:
                    inside.append([getattr(found, name) for name in _INSIDE_CODE])
                else:
                    inside.append(gc.get_referents(found))
    return marked


def _known(count_of):
    """Whether reference counts lie where this module looks for them, and the mark is what it is thought to be."""
    if sys.version_info < (3, 12) or sys.implementation.name != "cpython" or sysconfig.get_config_var("Py_GIL_DISABLED"):
        return False
    if hasattr(sys, "gettotalrefcount") or sys.maxsize < 1 << 32 or sys.byteorder != "little":
        return False
    probe = object()
    one = count_of(id(probe)).value
    also = probe
    return count_of(id(probe)).value == one + 1 and also is probe and count_of(id(None)).value >= _IMMORTAL_FROM
