"""The way in: arguments in, the contract's exit code out; every error is one readable block on stderr."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import get_args

import click

from feedsvc import __version__, console, logs, schedule
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
@click.option(
    "--log-format",
    type=click.Choice(get_args(logs.Form)),
    envvar=logs.VARIABLE,
    default="text",
    show_default=True,
    help=f"Of the log on stderr (${logs.VARIABLE}).",
)
@click.option("--debug", is_flag=True, help="Show tracebacks and every request.")
@click.version_option(__version__, message="feedsvc %(version)s")
@click.pass_context
def cli(context: click.Context, path: Path, log_format: logs.Form, debug: bool) -> None:
    """Any site, by topic, as a feed people can trust."""
    context.obj = path
    os.environ[logs.VARIABLE] = log_format  # the web server's process writes the same way
    logs.configure(log_format, logging.DEBUG if debug else logging.INFO)


as_json = click.option("--json", "as_json", is_flag=True, help="One JSON array on stdout and nothing else.")
