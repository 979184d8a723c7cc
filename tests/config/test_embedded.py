"""Does the embedded broker start, stay single and go when it should?"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import redis

from loop import embedded


def test_the_socket_lies_in_the_data_folder(tmp_path):
    home = Path("/srv/loop")
    assert embedded.socket_path(home) == home / "broker" / "valkey.sock"


def test_a_folder_too_deep_for_a_socket_gets_a_short_path_of_its_own():
    deep, other = Path("/srv/" + "deep/" * 30), Path("/srv/" + "deep/" * 31)
    path = embedded.socket_path(deep)
    assert len(os.fsencode(path)) <= embedded.LONGEST_SOCKET_PATH
    assert path == embedded.socket_path(deep) != embedded.socket_path(other)


def test_a_second_start_uses_the_server_that_is_there(tmp_path):
    socket = embedded.socket_path(tmp_path)
    first = embedded.start_broker(socket, tmp_path / "data")
    assert first is not None
    try:
        assert embedded.start_broker(socket, tmp_path / "data") is None
    finally:
        first.terminate()
        first.wait(timeout=10)
    assert not embedded.is_answering(socket)


def test_what_was_queued_is_there_after_a_kill(tmp_path):
    socket = embedded.socket_path(tmp_path)
    first = embedded.start_broker(socket, tmp_path / "data")
    assert first is not None
    with redis.Redis(unix_socket_path=str(socket)) as client:
        client.lpush("alerts", "a task")
        time.sleep(1.1)  # appendfsync everysec: at most one second is lost, and the sweep makes up for it
        first.kill()
        first.wait(timeout=10)
    second = embedded.start_broker(socket, tmp_path / "data")
    assert second is not None
    try:
        with redis.Redis(unix_socket_path=str(socket)) as client:
            assert client.lrange("alerts", 0, -1) == [b"a task"]
    finally:
        second.terminate()
        second.wait(timeout=10)


def test_a_server_that_cannot_start_says_where_its_log_is(tmp_path):
    data = tmp_path / "data"
    (data / "appendonlydir").mkdir(parents=True)
    (data / "appendonlydir" / "appendonly.aof.manifest").write_text("not a manifest\n")
    with pytest.raises(embedded.BrokerFailed, match=r"valkey\.log"):
        embedded.start_broker(embedded.socket_path(tmp_path), data)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ends the children of a killed process")
def test_the_server_dies_with_its_parent_even_by_kill_9(tmp_path):
    socket = embedded.socket_path(tmp_path)
    code = (
        "import sys, time; from pathlib import Path; from loop import embedded; "
        "embedded.start_broker(Path(sys.argv[1]), Path(sys.argv[2])); print('up', flush=True); time.sleep(60)"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(socket), str(tmp_path / "data")], stdout=subprocess.PIPE
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"up\n"
        assert embedded.is_answering(socket)
        parent.send_signal(signal.SIGKILL)
    for _ in range(100):
        if not embedded.is_answering(socket):
            return
        time.sleep(0.05)
    pytest.fail("the server outlived its parent")
