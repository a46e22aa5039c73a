"""An ordinary process in, one without a network and with a limit on its memory out.

The network is shut by a seccomp filter that lets ``socket()`` make Unix sockets only: it needs no
privilege, no namespace and no helper program, holds for every thread and child, and cannot be taken
back. Where the kernel has no seccomp, a network namespace of its own is tried.

Memory is limited by RLIMIT_DATA: since Linux 4.7 it counts private writable mappings, that is what
torch allocates. RLIMIT_AS would count the mapped files and the libraries too (gigabytes that are
shared or never touched), and RLIMIT_RSS does nothing.
"""

from __future__ import annotations

import ctypes
import os
import platform
import resource
import socket
import struct

_PR_SET_NO_NEW_PRIVS, _PR_SET_SECCOMP, _MODE_FILTER = 38, 22, 2
_CLONE_NEWUSER, _CLONE_NEWNET = 0x10000000, 0x40000000
_LOAD, _EQUAL, _AT_LEAST, _RETURN = 0x20, 0x15, 0x35, 0x06  # BPF: ld abs, jeq, jge, ret
_ALLOW, _REFUSE = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO | EACCES
_NUMBER_AT, _ARCH_AT, _FIRST_ARGUMENT_AT = 0, 4, 16  # offsets in struct seccomp_data

# AUDIT_ARCH, the number of socket(2), and the first number that is of another calling convention.
_ARCHITECTURES = {"x86_64": (0xC000003E, 41, 0x40000000), "aarch64": (0xC00000B7, 198, 0x40000000)}
_IO_URING_SETUP = 425  # the same everywhere; a ring could open sockets past the filter


def limit_memory(megabytes: int) -> None:
    """Make allocations fail (MemoryError, RuntimeError in torch) beyond this size."""
    size = megabytes * 1024 * 1024
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    if hard != resource.RLIM_INFINITY:
        size = min(size, hard)
    resource.setrlimit(resource.RLIMIT_DATA, (size, size))


def close_network() -> str:
    """Shut the network for good and say how: ``seccomp`` or ``namespace``.

    Has to be called before there are threads. Raises OSError where nothing works.
    """
    for way, close in (("seccomp", _filter_sockets), ("namespace", _leave_network)):
        try:
            close()
        except OSError:
            continue
        if _is_closed():
            return way
    raise OSError("this kernel offers neither seccomp nor a network namespace")


def _is_closed() -> bool:
    """Try it: no internet socket, or none that reaches even this machine."""
    try:
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
            probe.connect(("127.0.0.1", 9))
    except OSError:
        return True
    return False


def _filter_sockets() -> None:
    """Refuse ``socket()`` of any family but AF_UNIX, and io_uring, with EACCES."""
    try:
        arch, socket_number, foreign = _ARCHITECTURES[platform.machine()]
    except KeyError:
        raise OSError("unknown processor") from None
    code = (  # (instruction, jump if true, jump if false, value); jumps count from the next line
        (_LOAD, 0, 0, _ARCH_AT),
        (_EQUAL, 0, 7, arch),
        (_LOAD, 0, 0, _NUMBER_AT),
        (_AT_LEAST, 5, 0, foreign),
        (_EQUAL, 4, 0, _IO_URING_SETUP),
        (_EQUAL, 0, 2, socket_number),
        (_LOAD, 0, 0, _FIRST_ARGUMENT_AT),
        (_EQUAL, 0, 1, socket.AF_UNIX),
        (_RETURN, 0, 0, _ALLOW),
        (_RETURN, 0, 0, _REFUSE),
    )
    program = b"".join(struct.pack("HBBI", *line) for line in code)
    buffer = ctypes.create_string_buffer(program, len(program))
    header = struct.pack("HxxxxxxP", len(code), ctypes.addressof(buffer))
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl.argtypes = [ctypes.c_int] + [ctypes.c_ulong] * 4
    _check(libc.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0))
    pointer = ctypes.create_string_buffer(header, len(header))
    _check(libc.prctl(_PR_SET_SECCOMP, _MODE_FILTER, ctypes.addressof(pointer), 0, 0))


def _leave_network() -> None:
    """Enter a network namespace with nothing in it, through a user namespace of our own."""
    libc = ctypes.CDLL(None, use_errno=True)
    _check(libc.unshare(_CLONE_NEWUSER | _CLONE_NEWNET))


def _check(result: int) -> None:
    if result:
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
