"""The way in: arguments in, the contract's exit code out; every error is one readable block on stderr."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from feedsvc import __version__, console, schedule
from feedsvc.errors import ConfigError, FeedsvcError


def main() -> None:
    """Run the command line and end the process with the contract's exit code."""
    code = execute(sys.argv[1:])
    sys.stdout.flush()
    sys.exit(code)


def execute(arguments: Sequence[str]) -> int:
    """Run one command line and return its exit code; every error is told on stderr."""
    debug = "--debug" in arguments
    try:
        return int(cli.main(list(arguments), prog_name="feedsvc", standalone_mode=False) or 0)
    except click.ClickException as error:
        error.show()
        return 2
    except (click.Abort, KeyboardInterrupt, schedule.Interrupted):
        return 130
    except ConfigError as error:
        console.fail("the configuration cannot be used:", console.problems(error.problems))
        return 2
    except (FeedsvcError, OSError) as error:
        if debug:
            raise
        told = f"{error.strerror or error}: {error.filename or ''}" if isinstance(error, OSError) else str(error)
        console.fail(told.rstrip(": "))
        return 3


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.option(
    "--config",
    "path",
    type=click.Path(path_type=Path),
    envvar="FEEDSVC_CONFIG",
    default=Path("config.toml"),
    show_default=True,
    help="The configuration ($FEEDSVC_CONFIG).",
)
@click.option("--debug", is_flag=True, help="Show tracebacks and every request.")
@click.version_option(__version__, message="feedsvc %(version)s")
@click.pass_context
def cli(context: click.Context, path: Path, debug: bool) -> None:
    """Any site, by topic, as a feed people can trust."""
    context.obj = path
    level = logging.DEBUG if debug else logging.INFO
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(message)s", stream=sys.stderr, force=True)
    for noisy in ("apscheduler", "urllib3", "charset_normalizer"):
        logging.getLogger(noisy).setLevel(logging.WARNING)


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout and nothing else.")
