"""config.toml: what is refused and where, what is filled in, and that no secret ever shows."""

from __future__ import annotations

import dataclasses
import json
import re
import tomllib
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from feedsvc import config, model
from feedsvc.config import effective
from feedsvc.config.settings import ArticleRules, ListRules
from feedsvc.errors import ConfigError

ROOT = Path(__file__).resolve().parents[1]
SHARED = ROOT.parent / "shared"
FAULTS = Path(__file__).with_name("config_faults.txt").read_text(encoding="utf-8")
SOURCE = '[[source]]\nid = "a"\nurl = "https://a.example/"\n'


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("config") / "config.toml"


def _written(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def _load(path: Path, text: str) -> config.Config:
    return config.load(_written(path, text))


def _problems(path: Path) -> tuple[model.Problem, ...]:
    with pytest.raises(ConfigError) as caught:
        config.load(path)
    return caught.value.problems


# ---- what is refused -------------------------------------------------------------------------------------------------


def _cases() -> list[object]:
    """Read the cases of config_faults.txt."""
    found = []
    for case in FAULTS.split("\n=== ")[1:]:
        name, _, rest = case.partition("\n")
        text, _, expected = rest.rpartition("\n---\n")
        wanted = [[part.strip() for part in line.split(" | ")] for line in expected.strip().splitlines()]
        found.append(pytest.param(text, wanted, id=name))
    return found


@pytest.mark.parametrize(("text", "wanted"), _cases())
def test_every_fault_is_named_with_its_key_and_line(place: Path, text: str, wanted: list[list[str]]) -> None:
    problems = _problems(_written(place, text))
    assert [(p.key, str(p.line)) for p in problems] == [(key, line) for key, line, *_ in wanted], problems
    for problem, (_, _, message, *hint) in zip(problems, wanted, strict=True):
        assert message in problem.message
        assert "".join(hint) in (problem.hint or "")


@pytest.mark.parametrize(
    ("text", "line", "message"),
    [
        ("[service\ntitle = 1", 1, "not valid TOML"),
        ("[service]\n\ntitle = News", 3, "Invalid value"),
        ("a = 1\na = 2", 2, "Cannot overwrite a value"),
        ('[web]\nhub = """\n', 3, "not valid TOML"),
        (f"a = {'9' * 5000}", None, "not valid TOML"),
        (f"a = {'[' * 5000}{']' * 5000}", None, "nested too deeply"),
        (b"[service]\ntitle = 'Stra\xdfe'", 2, "is not UTF-8"),
    ],
)
def test_a_file_that_is_no_toml_is_refused_with_its_line(
    place: Path, text: str | bytes, line: int | None, message: str
) -> None:
    (problem,) = _problems(_written(place, text))
    assert (problem.key, problem.line) == ("config.toml", line)
    assert message in problem.message


@pytest.mark.parametrize(
    ("name", "message", "command"),
    [
        ("nowhere/config.toml", "no such file", "feedsvc init"),
        ("file/config.toml", "no such file", "feedsvc init"),
        ("directory", "is a directory", "feedsvc --config"),
        ("x" * 300, "cannot be read", "ls -l"),
        ("a\0b", "is no path", "feedsvc --config"),
    ],
)
def test_a_file_that_cannot_be_read_is_answered_with_the_next_command(
    tmp_path: Path, name: str, message: str, command: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "directory").mkdir()
    (problem,) = _problems(tmp_path / name)
    assert message in problem.message
    assert command in str(problem)


def test_var_must_not_be_a_file(tmp_path: Path) -> None:
    (tmp_path / "data").touch()
    (problem,) = _problems(_written(tmp_path / "config.toml", '[service]\nvar = "data"'))
    assert (problem.key, problem.line) == ("service.var", 2)
    assert "is not a directory" in problem.message


def test_a_missing_contact_is_a_matter_of_run_and_poll_only(place: Path) -> None:
    without = _load(place, SOURCE)
    problem = config.contact_problem(without)
    assert problem is not None
    assert problem.key == "service.contact"
    assert "mailto:" in (problem.hint or "")
    assert re.fullmatch(r"feedsvc/\S+", without.fetch.user_agent)
    with_contact = _load(place, '[service]\ncontact = "mailto:me@x.example"\n' + SOURCE)
    assert config.contact_problem(with_contact) is None
    assert with_contact.fetch.user_agent.endswith(" (+mailto:me@x.example)")


# ---- what is read ----------------------------------------------------------------------------------------------------


def test_service_and_one_source_are_enough(place: Path) -> None:
    read = _load(place, "[service]\n" + SOURCE)
    assert read.sources == (
        model.Source(id="a", url="https://a.example/", name="a.example", language="de", timezone="Europe/Berlin"),
    )
    assert read.base_url == "http://127.0.0.1:8080"
    assert read.var == place.parent / "var"
    assert read.web == model.WebSettings()
    assert read.fetch == model.FetchSettings(user_agent=read.fetch.user_agent)
    assert read.entries == 50


def test_windows_line_ends_and_a_byte_order_mark_are_read(place: Path) -> None:
    assert config.load(_written(place, b"\xef\xbb\xbf[service]\r\ntitle = 'x'\r\n")).title == "x"
    (problem,) = _problems(_written(place, b"\xef\xbb\xbf[service]\r\n\r\ntitle = 1\r\n"))
    assert problem.line == 3


@pytest.mark.parametrize(
    ("text", "base_url"),
    [
        ('[service]\nbase_url = "https://x.example/feeds/"', "https://x.example/feeds"),
        ('[service]\nbase_url = "HTTPS://Bücher.example"', "https://xn--bcher-kva.example"),
        ("[web]\nport = 9001", "http://127.0.0.1:9001"),
        ('[web]\nport = 9001\nhost = "0.0.0.0"', "http://127.0.0.1:9001"),
        ('[web]\nhost = "::1"', "http://[::1]:8080"),
        ("[web]\nport = 0", "http://127.0.0.1:8080"),
    ],
)
def test_base_url_is_as_written_or_where_the_server_answers(place: Path, text: str, base_url: str) -> None:
    assert _load(place, text).base_url == base_url


def test_a_source_says_for_itself_what_defaults_and_service_say_for_all(place: Path) -> None:
    common = (
        '[service]\nlanguage = "en"\ntimezone = "UTC"\n[defaults]\nevery = "2h"\nlimit = 7\nkeep = "30d"\n'
        'adaptive = true\nimages = "link"\n'
    )
    own = 'every = "5s"\nkeep = "0"\nadaptive = false\nlanguage = "de-AT"\ntimezone = "Europe/Vienna"\nname = "A"\n'
    other = SOURCE.replace('"a"', '"b"')
    first, second = _load(place, common + SOURCE + own + other).sources
    assert (first.rhythm.every, first.keep, first.rhythm.adaptive, first.name) == (
        timedelta(seconds=5),
        None,
        False,
        "A",
    )
    assert (first.language, first.timezone, first.limit, first.images) == ("de-AT", "Europe/Vienna", 7, "link")
    assert (second.rhythm.every, second.keep, second.rhythm.adaptive) == (timedelta(hours=2), timedelta(days=30), True)
    assert (second.language, second.timezone, second.name) == ("en", "UTC", "a.example")


def test_a_back_catalogue_is_asked_for_by_number_and_by_day(place: Path) -> None:
    for since in ('"2024-01-31"', "2024-01-31"):
        (source,) = _load(place, SOURCE + f'backfill = 200\nsince = {since}\ntimezone = "Europe/Berlin"').sources
        assert source.backfill == 200
        assert source.since is not None
        assert source.since.isoformat() == "2024-01-31T00:00:00+01:00"
    (plain,) = _load(place, SOURCE).sources
    assert (plain.backfill, plain.since) == (0, None)


def test_cron_wins_over_the_default_rhythm(place: Path) -> None:
    (source,) = _load(place, '[defaults]\nevery = "2h"\n' + SOURCE + 'cron = "*/15 6-20 * * mon-fri"').sources
    assert source.rhythm.cron == "*/15 6-20 * * mon-fri"


def test_rules_of_a_source_win_over_its_profile_key_by_key(place: Path) -> None:
    text = (
        '[profile.p.list]\nitem = ["li", "article"]\nlink = "a"\ndate = "time"\n[profile.p.article]\nbody = ".x"\n'
        + SOURCE
        + 'profile = "p"\n[source.list]\nlink = "xpath:.//a"\ndate = []\n[source.article]\ntitle = "h1"\n'
    )
    (source,) = _load(place, text).sources
    assert source.list_rules == model.ListRules(item=("li", "article"), link=("xpath:.//a",))
    assert source.article_rules == model.ArticleRules(body=(".x",), title=("h1",))


def test_the_rules_of_the_file_are_the_rules_of_the_model() -> None:
    for written, meant in ((ListRules, model.ListRules), (ArticleRules, model.ArticleRules)):
        assert set(written.model_fields) == {field.name for field in dataclasses.fields(meant)}


def test_one_host_has_complete_settings_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "ca.pem").touch()
    text = (
        '[fetch]\nmax_bytes = "1MB"\nca_file = "ca.pem"\nallow_private = ["10.0.0.0/8", "localhost:8000", "[::1]:80"]\n'
        '[fetch.hosts."Slow.Example:443"]\nhost_gap = "5m"\nrespect_robots = false\n'
        '[fetch.hosts."bücher.example:8080"]\n'
    )
    fetch = _load(tmp_path / "config.toml", text).fetch
    assert set(fetch.hosts) == {"slow.example", "xn--bcher-kva.example:8080"}
    slow = fetch.of("slow.example")
    assert (slow.host_gap, slow.max_bytes, slow.respect_robots) == (timedelta(minutes=5), 1_000_000, False)
    assert slow.ca_file == fetch.ca_file == str(tmp_path / "ca.pem")
    assert slow.allow_private == ("10.0.0.0/8", "localhost:8000", "[::1]:80")
    assert fetch.of("other.example").host_gap == timedelta(seconds=2)


def test_categories_and_questions_make_the_vocabulary(place: Path) -> None:
    text = (
        '[[category]]\nslug = "x"\nlabels = ["X"]\nwas = ["y"]\n[[feed]]\nslug = "f"\nany = ["x", "neu-hier"]\n'
        'sources = ["a"]\n' + SOURCE + 'categories = ["Neu hier"]'
    )
    assert _load(place, text).vocabulary == model.Vocabulary(
        categories=(model.Category(slug="x", name="x", labels=("X",), was=("y",)),),
        questions=(model.Question(slug="f", title="f", any=("x", "neu-hier"), sources=("a",)),),
    )


# ---- broken rules ----------------------------------------------------------------------------------------------------


def test_a_source_with_a_broken_rule_is_skipped_and_the_others_run(place: Path) -> None:
    text = SOURCE + "[source.list]\ninclude = '('\n" + SOURCE.replace('"a"', '"b"')
    read = _load(place, text)
    assert [source.id for source in read.sources] == ["b"]
    (problem,) = read.skipped
    assert (problem.key, problem.line) == ("source[0].list.include", 5)
    assert "not a regular expression" in problem.message
    assert (problem.hint or "").endswith("; skipped until this is mended: a")
    assert not config.check(place).ok


def test_a_broken_rule_of_a_profile_skips_whoever_uses_it(place: Path) -> None:
    profile = '[profile.p.article]\nbody = "xpath://["\n'
    uses = 'profile = "p"\n'
    mended = SOURCE.replace('"a"', '"c"') + uses + '[source.article]\nbody = "main"\n'
    read = _load(place, profile + SOURCE + uses + SOURCE.replace('"a"', '"b"') + mended)
    assert [source.id for source in read.sources] == ["b", "c"]
    (problem,) = read.skipped
    assert (problem.key, problem.line) == ("profile.p.article.body", 2)
    assert problem.hint == "a ] is missing; skipped until this is mended: a"


# ---- secrets ---------------------------------------------------------------------------------------------------------

SECRETS = (
    '[web]\nstatus_token = "env:FEEDSVC_T"\n[fetch]\nproxy = "env:FEEDSVC_P"\n'
    '[fetch.hosts."h.example"]\nproxy = "http://u:s3cret-4@p.example"\n'
    + SOURCE
    + 'headers = { Authorization = "env:FEEDSVC_H", X = "s3cret-5" }\n'
)


def test_secrets_are_read_from_the_environment_and_never_shown(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FEEDSVC_T", "s3cret-1\n")
    monkeypatch.setenv("FEEDSVC_P", "http://u:s3cret-2@p.example:3128")
    monkeypatch.setenv("FEEDSVC_H", "Bearer s3cret-3")
    read = _load(place, SECRETS)
    assert read.web.status_token == "s3cret-1"
    assert read.fetch.proxy == "http://u:s3cret-2@p.example:3128"
    assert read.sources[0].http.headers == {"Authorization": "Bearer s3cret-3", "X": "s3cret-5"}
    report = config.check(place)
    assert report.ok
    shown = "".join((repr(read), str(read), str(report), json.dumps(report.as_json())))
    assert "s3cret" not in shown
    assert shown.count(effective.MASK) == 10  # five secrets, as TOML and as JSON


@pytest.mark.parametrize("value", ["", "a\nb", "ü"])
def test_a_secret_that_cannot_be_used_is_reported_without_being_shown(
    place: Path, monkeypatch: pytest.MonkeyPatch, value: str
) -> None:
    for name in ("FEEDSVC_T", "FEEDSVC_P", "FEEDSVC_H"):
        monkeypatch.setenv(name, value)
    problems = _problems(_written(place, SECRETS))
    assert [p.key for p in problems] == ["web.status_token", "fetch.proxy", "source[0].headers.Authorization"]
    assert all("the environment variable FEEDSVC_" in p.message for p in problems)
    assert not value or value not in "".join(map(str, problems))


@pytest.mark.parametrize(
    "text",
    [
        '[[source]]\nid = "a"\nurl = "https://u:s3cret@a.example/"',
        '[service]\nbase_url = "https://u:s3cret@a.example/"',
        '[fetch]\nproxy = "socks5://u:s3cret@a.example/"',
        SOURCE + 'headers = { A = "s3cret-ü" }',
        '[web]\nstatus_token = ["s3cret"]',
        '[web]\nstatus_tokn = "s3cret"',
    ],
)
def test_a_faulty_value_that_may_be_secret_is_not_repeated(place: Path, text: str) -> None:
    report = config.check(_written(place, text))
    assert not report.ok
    assert "s3cret" not in str(report) + json.dumps(report.as_json())


# ---- check -----------------------------------------------------------------------------------------------------------


def test_check_reports_every_problem_in_the_order_of_the_file(place: Path) -> None:
    report = config.check(_written(place, '[web]\nport = "x"\n[service]\ntitel = 1\n' + SOURCE + "limit = 0\nurls = 1"))
    assert not report.ok
    assert report.as_json()["effective"] is None
    assert [(p.key, p.line) for p in report.problems] == [
        ("web.port", 2),
        ("service.titel", 4),
        ("source[0].limit", 8),
        ("source[0].urls", 9),
    ]
    assert str(report).splitlines()[-1] == f"4 problems in {place}. Mend, then: feedsvc --config {place} check"


def test_effective_values_have_the_shape_of_the_file(place: Path) -> None:
    values = config.check(_written(place, '[defaults]\nevery = "90m"\n' + SOURCE)).effective
    assert values is not None
    assert values["defaults"]["every"] == "90m"  # type: ignore[index]
    (source,) = values["source"]  # type: ignore[misc]
    assert (source["id"], source["every"], source["name"], source["language"]) == ("a", "90m", "a.example", "de")


def test_effective_values_read_again_mean_the_same(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEISPIEL_TOKEN", "x")
    first = config.load(_written(place, _with_examples(ROOT / "config.toml")))
    values = config.check(place).effective
    assert values is not None
    again = _load(place, effective.toml(values).replace(effective.MASK, "x"))
    assert again == first


# ---- the files that are shipped --------------------------------------------------------------------------------------


def test_what_init_writes_is_in_order(place: Path) -> None:
    assert config.check(_written(place, config.starter())).problems == ()
    assert config.contact_problem(config.load(place)) is None


def test_the_shipped_file_is_in_order() -> None:
    assert config.check(ROOT / "config.toml").problems == ()


_EXAMPLE = re.compile(r"^# (?=\[|\w+ = )")


def _with_examples(path: Path) -> str:
    """Switch on every example that is commented out."""
    text = path.read_text(encoding="utf-8")
    return "\n".join(_EXAMPLE.sub("", line) for line in text.split("\n"))


def test_the_examples_in_the_shipped_file_are_in_order(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BEISPIEL_TOKEN", "x")
    text = _with_examples(ROOT / "config.toml")
    read = _load(place, text)
    assert read.skipped == ()
    assert len(read.sources) == len(config.load(ROOT / "config.toml").sources) + 1


def test_every_key_stands_in_the_shipped_file_with_a_comment() -> None:
    table, commented = "", set()
    before = ""
    for line in _with_examples(ROOT / "config.toml").split("\n"):
        if header := re.match(r"\[+([^\]]+)\]", line):
            table = re.sub(r"^(profile|fetch\.hosts)\.(?:\"[^\"]+\"|\w+)", r"\1.*", header[1])
            commented.add(table.removesuffix(".*"))
        elif (key := re.match(r"(\w+) = ", line)) and (" # " in line or before.startswith("#")):
            commented.add(f"{table}.{key[1]}")
        before = line
    assert set(_ALL) - commented == set()


def test_the_shipped_sources_are_those_that_were_seen_answering() -> None:
    if not (SHARED / "data" / "sources.toml").exists():
        pytest.skip("needs ../shared/data/sources.toml")
    known = tomllib.loads((SHARED / "data" / "sources.toml").read_text(encoding="utf-8"))
    read = config.load(ROOT / "config.toml")
    wanted = {s["id"]: s["evidence"].startswith("V") for s in known["source"] if not s["evidence"].startswith("G")}
    assert {source.id: source.enabled for source in read.sources} == wanted
    assert {s.id: s.url for s in read.sources} == {s["id"]: s["url"] for s in known["source"] if s["id"] in wanted}
    assert [(c.slug, c.name, list(c.labels), list(c.keywords)) for c in read.vocabulary.categories] == [
        (c["slug"], c["title"], c["source_labels"], c["keywords"]) for c in known["category"]
    ]


@pytest.mark.parametrize(
    ("url", "wanted"),
    [
        ("https://www.move-online.de/k21-meldungen/teams-fuer-die-verwaltung/", True),
        ("https://kommune21.de/k21-meldungen/teams-fuer-die-verwaltung-2", True),
        ("https://www.move-online.de/?p=46000", True),
        ("https://www.move-online.de/k21-meldungen/feed/", False),
        ("https://www.move-online.de/k21-meldungen/feed", False),
        ("https://www.move-online.de/k21-themen/politik/", False),
        ("https://www.move-online.de/?pg=2", False),
    ],
)
def test_the_portals_articles_are_told_from_their_other_pages(url: str, wanted: bool) -> None:
    rules = next(source.list_rules for source in config.load(ROOT / "config.toml").sources if source.id == "move")
    found = any(re.search(p, url) for p in rules.include) and not any(re.search(p, url) for p in rules.exclude)
    assert found is wanted


# ---- whatever is written ---------------------------------------------------------------------------------------------

_ALL = config.keys()
_KEYS = sorted({key.rpartition(".")[2] for key in _ALL} | {"hosts", "x", '"a b"', "x.y"})
_TABLES = ("[service]", "[web]", "[fetch]", '[fetch.hosts."a"]', "[defaults]", "[feeds]", "[[category]]", "[[source]]",
           "[source.list]", "[source.article]", "[source.headers]", "[profile.p.list]", "[profile.p.article]",
           "[profile]", "[[feed]]", "[x]")  # fmt: skip
_TEXTS = st.one_of(
    st.sampled_from(["", "a", "0", "1h", "p", "all", "full", "de", "env:A", "env:", "http://a/", "xpath://a[", "a:has(",
                     "(?P<", "* * * * *", "Europe", "none", "mailto:a@b", "\x7f", "[::1", "a:b", "{message}"]),
    st.text(st.characters(exclude_categories=["Cs"]), max_size=12),
)  # fmt: skip
_VALUES = st.recursive(
    _TEXTS.map(lambda text: json.dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f"))
    | st.sampled_from(["1", "-1", "true", "1.5", "nan", "1979-05-27", "07:32:00", "[]", "{}", "9" * 40]),
    lambda inside: (
        st.lists(inside, max_size=3).map(lambda parts: f"[{', '.join(parts)}]")
        | st.dictionaries(st.sampled_from(_KEYS), inside, max_size=3).map(
            lambda table: "{" + ", ".join(f"{key} = {value}" for key, value in table.items()) + "}"
        )
    ),
    max_leaves=5,
)
_FILES = st.lists(
    st.sampled_from(_TABLES) | st.builds("{} = {}".format, st.sampled_from(_KEYS), _VALUES), max_size=12
).map("\n".join)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(text=st.text(max_size=60) | _FILES)
@example(text='[[source]]\nid = "a"\nurl = "http://["')
def test_whatever_the_file_holds_it_is_read_or_refused_with_reasons(place: Path, text: str) -> None:
    report = config.check(_written(place, text.encode("utf-8", "surrogatepass")))
    json.dumps(report.as_json())
    for problem in report.problems:
        assert problem.key
        assert "pydantic" not in str(problem)
        assert "Input should" not in str(problem)
    if report.effective is not None:
        tomllib.loads(effective.toml(report.effective))
        assert config.load(place).skipped == report.problems
