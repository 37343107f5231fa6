"""Run every benchmark: `python -m bench`, or some of them by name; `--quick` for a hundredth of the size."""

import argparse
import subprocess
import sys
import time

BENCHES = {
    "load_posts": "1M-row posts CSV to observations against duckdb's own CSV to Parquet: at most 1.5 x its CPU, 1 GB",
    "graph_write": "100,000 accounts + 1M logins against a plain UNWIND MERGE loop of the driver: at least 3 x less",
    "enrich": "1M addresses enriched against a geoip2.Reader loop: at least 15 x",
    "ip_equal": "1M addresses: answers equal to geoip2.Reader and maxminddb-rust, at most 1.5 µs each, 1 GB",
    "hours": "hours of 100,000 accounts with 200 events each: at most 60 CPU s",
    "locations": "100,000 location texts, none seen before: at most 50 CPU microseconds each",
    "coactivity": "networks of 1M messages against coordination-network-toolkit: 1/25 of its CPU, co_similar 1/40",
    "links": "tests of links: all networks of 247,767 real posts with q in 60 CPU s, 200 shifts in 240 CPU s, 1 GB",
    "infer": "10,000 and 100,000 accounts with 10 items each: exponent at most 1.1, at most 3 ms an account",
}


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("names", nargs="*", choices=[*BENCHES, []], help="default: all")
    parser.add_argument(
        "--quick", action="store_true", help="a hundredth of the size: shows that they run, measures nothing"
    )
    given = parser.parse_args()
    for name in given.names or BENCHES:
        print(f"\n== {name}: {BENCHES[name]}", flush=True)
        began = time.monotonic()
        command = [sys.executable, "-m", f"bench.{name}", *(["--quick"] if given.quick else [])]
        subprocess.run(command, check=True)
        print(f"   ({time.monotonic() - began:.0f} s in all)", flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
