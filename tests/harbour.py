"""Files of a small case: accounts, devices, logins and what is claimed of them."""

from __future__ import annotations

from pathlib import Path

__all__ = ["write_files"]

ACCOUNTS = """\
account_id,platform,handle,location,language,time_zone,created_at
1,x,harbour_one,Lisbon,pt,Europe/Lisbon,2024-03-01T10:00:00Z
2,x,harbour_two,Porto,pt,Europe/Lisbon,2024-03-01T10:05:00Z
3,x,harbour_three,,,,2024-03-02 09:00:00
,x,no_id,,,,2024-03-02T09:00:00Z
"""
DEVICES = """\
account_id,platform,kind,value,first_seen,last_seen
1,x,device,abc-123,2025-01-01T00:00:00Z,2025-02-01T00:00:00Z
2,x,device,abc-123,2025-01-03T00:00:00Z,2025-02-03T00:00:00Z
"""
CLAIMS = """\
account_id,platform,territory,relation,claimant,claimed_at,url
1,x,Portugal,operated from,Example Observatory,2025-06-01,https://example.org/report
2,x,New Zealand,operated from,Example Observatory,2025-06-01,https://example.org/report
3,x,New Zealand,linked to,Example Observatory,2025-06-01,https://example.org/report
"""


def logins() -> str:
    """Account 1 and 2 on a fixed line in Portugal on many days; a bad address among them."""
    rows = ["account_id,platform,at,ip,kind"]
    for day in range(1, 21):
        rows += [f"1,x,2025-01-{day:02d}T20:15:00Z,85.240.10.{day},login"]
        rows += [f"2,x,2025-01-{day:02d}T21:15:00Z,85.240.10.{day},login"]
    return "\n".join([*rows, "1,x,2025-01-21T20:15:00Z,300.1.2.3,login", ""])


def write_files(folder: Path) -> dict[str, Path]:
    """One file a table, by the name of the table."""
    texts = {"accounts": ACCOUNTS, "devices": DEVICES, "claims": CLAIMS, "logins": logins()}
    for name, text in texts.items():
        (folder / f"{name}.csv").write_text(text, encoding="utf-8")
    return {name: folder / f"{name}.csv" for name in texts}
