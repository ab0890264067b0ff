"""Network file systems are recognised from the system's own table of mounts."""

from pathlib import Path

import pytest

from loader.core.errors import LedgerError
from loader.ledger import network
from loader.ledger.network import bsd_mounts, network_file_system
from loader.ledger.sqlite import SqliteLedger
from tests.contract.ledger_subject import HeldClock

# As /proc/self/mountinfo shows it: id, parent, device, root, mount point, options, -, type, …
TABLE = r"""22 1 0:21 / /proc rw,relatime - proc proc rw
25 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
30 25 0:40 / /mnt/office rw,relatime shared:7 master:2 - nfs4 server:/office rw,vers=4.2
31 25 0:41 / /mnt/my\040share rw - cifs //server/share rw
32 25 0:42 / /mnt/far rw,nosuid - fuse.sshfs me@far: rw
33 25 0:43 / /mnt/stick rw,nosuid - fuseblk /dev/sdb1 rw
34 25 0:44 / /mnt/auto rw - autofs systemd-1 rw
35 34 0:45 / /mnt/auto rw - nfs server:/auto rw
36 30 254:1 / /mnt/office/local rw - xfs /dev/vdb rw
37 25 0:46 / /mnt/host rw - 9p host rw,trans=virtio
"""


@pytest.fixture
def mounts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give the program another table of mounts to read."""
    table = tmp_path / "mountinfo"
    table.write_text(TABLE, encoding="utf-8")
    monkeypatch.setattr(network, "MOUNTS", table)
    return table


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("/srv/orders/ledger.sqlite", None),
        ("/mnt/office/ledger.sqlite", "nfs4"),
        ("/mnt/office/not/there/yet/ledger.sqlite", "nfs4"),
        ("/mnt/office/local/ledger.sqlite", None),
        ("/mnt/officer/ledger.sqlite", None),
        ("/mnt/my share/ledger.sqlite", "cifs"),
        ("/mnt/far/ledger.sqlite", "fuse.sshfs"),
        ("/mnt/stick/ledger.sqlite", None),
        ("/mnt/auto/ledger.sqlite", "nfs"),
        ("/mnt/host/ledger.sqlite", "9p"),
    ],
)
@pytest.mark.usefixtures("mounts")
def test_the_deepest_mount_decides(path: str, kind: str | None) -> None:
    """A path lies on the mount nearest above it, the later one where two share a place."""
    assert network_file_system(Path(path)) == kind


def test_a_ledger_on_a_network_is_refused(mounts: Path, tmp_path: Path) -> None:
    """The ledger says where it lies and why that will not do, and leaves nothing there."""
    with mounts.open("a", encoding="utf-8") as table:
        table.write(f"40 25 0:50 / {tmp_path} rw - nfs4 server:/x rw\n")
    with pytest.raises(LedgerError, match="nfs4") as raised:
        SqliteLedger(tmp_path / "new" / "ledger.sqlite", HeldClock())
    assert "--ledger" in raised.value.hint
    assert not (tmp_path / "new").exists()


def test_a_link_to_a_network_is_followed(mounts: Path, tmp_path: Path) -> None:
    """What counts is where the file really is."""
    (tmp_path / "share").mkdir()
    (tmp_path / "local").symlink_to(tmp_path / "share")
    with mounts.open("a", encoding="utf-8") as table:
        table.write(f"40 25 0:50 / {tmp_path}/share rw - nfs server:/x rw\n")
    with pytest.raises(LedgerError, match="nfs"):
        SqliteLedger(tmp_path / "local" / "ledger.sqlite", HeldClock())


def test_this_machines_own_disk_is_none(tmp_path: Path) -> None:
    """The real table of this machine is understood, and a local folder is no network."""
    assert network_file_system(tmp_path) is None


def test_the_mounts_of_macos_are_understood() -> None:
    """`mount` on macOS names point and type; points may hold blanks and parentheses."""
    output = """/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//me@server/share on /Volumes/my share (1) (smbfs, nodev, nosuid, mounted by me)
map auto_home on /System/Volumes/Data/home (autofs, automounted, nobrowse)
"""
    assert list(bsd_mounts(output)) == [
        (Path("/"), "apfs"),
        (Path("/Volumes/my share (1)"), "smbfs"),
        (Path("/System/Volumes/Data/home"), "autofs"),
    ]
