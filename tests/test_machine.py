from pathlib import Path

from qa.machine import cores, free_disk_bytes, free_memory_bytes


def test_what_the_machine_has_left(tmp_path: Path) -> None:
    assert cores() >= 1 and (free_memory_bytes() or 0) > 0
    free = free_disk_bytes(tmp_path)
    assert free is not None and free > 0
    assert free_disk_bytes(tmp_path / "nowhere") is None
