"""A process without a network and with a limit on its memory."""

from __future__ import annotations

import subprocess
import sys

import pytest


def alone(code: str) -> str:
    """Run code in a process of its own, because a sandbox cannot be left."""
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, timeout=50, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


SHUT = "import socket; from hearth.brain import sandbox; way = sandbox.close_network()\n"


def test_the_network_is_shut_here() -> None:
    assert alone(SHUT + "print(way)") in ("seccomp", "namespace")


@pytest.mark.parametrize("family", ["AF_INET", "AF_INET6", "AF_PACKET", "AF_NETLINK"])
def test_no_other_socket_can_be_made(family: str) -> None:
    code = SHUT + (
        "import threading\n"
        "found = []\n"
        "def attempt():\n"
        "    try:\n"
        f"        socket.socket(socket.{family}, socket.SOCK_RAW if 'PACKET' in '{family}' "
        "else socket.SOCK_DGRAM)\n"
        "        found.append('open')\n"
        "    except PermissionError:\n"
        "        found.append('refused')\n"
        "thread = threading.Thread(target=attempt); thread.start(); thread.join()\n"
        "print(found[0])"
    )
    assert alone(code) == "refused"


def test_unix_sockets_and_children_work_and_children_are_shut_too() -> None:
    code = SHUT + (
        "a, b = socket.socketpair(); a.send(b'x'); assert b.recv(1) == b'x'\n"
        "import subprocess, sys\n"
        "child = subprocess.run([sys.executable, '-c', 'import socket; socket.socket()'],"
        " capture_output=True, text=True)\n"
        "print('PermissionError' in child.stderr)"
    )
    assert alone(code) == "True"


def test_beyond_the_limit_an_allocation_fails_and_the_process_lives() -> None:
    code = (
        "from hearth.brain import sandbox; sandbox.limit_memory(300)\n"
        "kept = bytearray(100_000_000)\n"
        "try:\n"
        "    bytearray(400_000_000)\n"
        "    print('given')\n"
        "except MemoryError:\n"
        "    print('refused')"
    )
    assert alone(code) == "refused"
