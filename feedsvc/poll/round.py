"""A source that is due in, an Outcome out: its listing, its new articles, its known ones, in that order.

A list that cannot be believed changes nothing: its entries are held back until it can. An article whose page failed
for the moment keeps the source's old validators: saving the new ones would make the next poll a 304, and the article
would be lost.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta

from feedsvc import decide, discover, urls, verdict
from feedsvc.errors import ContentError, FetchError
from feedsvc.model import (
    Article,
    Change,
    Failure,
    Fetch,
    Known,
    Listing,
    Outcome,
    Page,
    PollStatus,
    PollTask,
    Read,
    Rejected,
    Source,
    SourceState,
    Validators,
    Way,
)
from feedsvc.poll import backfill, changes, closing, gauge, healing, looks, survey, whole
from feedsvc.poll.visit import Clock, Visit

GAP = 5  # times the limit: how far back a source is followed that was not asked for long


def poll(task: PollTask, fetch: Fetch, read: Read, now: Clock) -> Outcome:
    """Return everything one look at the source found out. Raises nothing that a remote site can cause."""
    visit = Visit(source=task.source, fetch=fetch, read=read, now=now, started_at=now())
    run = _Run(task=task, visit=visit)
    try:
        page = run.asked()
        if page.not_modified or (_body_hash(page) == task.state.body_hash and not run.is_rewritten):
            run.look_again(())
            return run.unchanged(page)
        page, reading = run.listing(page)
    except (FetchError, ContentError) as error:
        return run.failed(error)
    found = run.candidates(page, reading)
    if run.judgement.hold:
        run.look_again(())
        return run.held()
    run.take(run.filled(found))
    run.look_again(found)
    return run.finished(page, found, reading)


@dataclass(slots=True, kw_only=True)
class _Run:
    """One poll while it is under way: what was fetched, what has changed, what is left for later."""

    task: PollTask
    visit: Visit
    changes: dict[str, Change] = field(default_factory=dict)  # by article id
    ids: dict[str, str] = field(default_factory=dict)  # identity key -> article id, of this poll's new articles
    pending: dict[str, int] = field(default_factory=dict)
    failures: list[Failure] = field(default_factory=list)
    rejected: list[Rejected] = field(default_factory=list)
    suspects: list[str] = field(default_factory=list)  # ids gone from the list whose page gave no clear answer
    left_over: int = 0
    way: Way | None = None
    listed: list[str] = field(default_factory=list)
    reads: Source | None = None  # the source with the rules its list is read with, if they were learned
    judgement: gauge.Judgement = gauge.FINE
    known_keys: frozenset[str] = frozenset()
    is_read_anew: bool = False  # in other words than the last time: what differs in them is no edit
    read_pages: list[Article] = field(default_factory=list)
    is_marked: bool = False  # it is told where the back catalogue goes on
    following: str | None = None  # the list page behind those that were read
    visited: set[str] = field(default_factory=set)  # keys of the list pages that were read
    stands_on: dict[str, str] = field(default_factory=dict)  # the further list page of an article, by its first key

    # ---- the listing -------------------------------------------------------------------------------------------------

    def asked(self) -> Page:
        """Return the page the source is read from; the configured one again where the way from it is gone."""
        task = self.task
        self.way = task.state.way
        validators = Validators() if task.pending or self.is_rewritten else task.state.validators
        try:
            return self.visit.get(self.way.url if self.way else task.source.url, validators)
        except FetchError as error:
            if not (self._is_elsewhere() and error.kind in ("not_found", "gone")):
                raise
        return self._from_the_start()

    @property
    def is_rewritten(self) -> bool:
        """Whether the operator has edited the rules that others were learned in the place of."""
        learned = self.task.state.learned
        return learned is not None and learned.made_for != self.task.source.list_rules

    def listing(self, page: Page) -> tuple[Page, healing.Reading]:
        """Return what the page leads to, and the page that told it: for "auto" the best one that can be found."""
        if self.way is None and survey.is_wanted(self.task.source):
            return self._surveyed(page)
        try:
            return page, healing.read(self.visit, self.task, page)
        except ContentError:
            if not self._is_elsewhere():
                raise
        return self._surveyed(self._from_the_start())

    def _is_elsewhere(self) -> bool:
        return self.way is not None and urls.key(self.way.url) != urls.key(self.task.source.url)

    def _from_the_start(self) -> Page:
        self.way = None
        return self.visit.get(self.task.source.url)

    def _surveyed(self, page: Page) -> tuple[Page, healing.Reading]:
        seen = survey.survey(self.visit, page, thorough=False)
        self.way = seen.way
        return seen.page, healing.judged(self.task, seen.listing, self.visit.started_at)

    def candidates(self, page: Page, reading: healing.Reading) -> tuple[decide.Candidate, ...]:
        """Return what the listing leads to, and its next pages as long as all is new or something is still awaited.

        So nothing is missing after a gap, and a source that is seen for the first time starts with up to `limit`
        articles of its back catalogue.
        """
        self._adopt(reading)
        listing = reading.listing
        self.rejected.extend(listing.rejected)
        leads = list(listing.leads)
        found = decide.candidates(leads, self.task.source, self.task.known)
        visited = self.visited = {urls.key(page.final_url)}
        following = listing.next_page if not self.judgement.hold else None
        is_index = bool(listing.further) and not leads  # the articles stand in the lists it names
        while following and (is_index or self._goes_on(found)) and urls.key(following) not in visited:
            is_index = False
            visited.add(urls.key(following))
            more = self._next_page(following)
            if more is None:
                break
            leads.extend(more.leads)
            grown = decide.candidates(leads, self.task.source, self.task.known)
            self.stands_on.update((one.keys[0], following) for one in grown[len(found) :])
            following = more.next_page if len(grown) > len(found) else None
            found = grown
        self.following = following
        if self.judgement.field is None and not (listing.further and not leads):
            self.judgement = gauge.judge(
                self.task, found, self.visit.started_at, complete=True, is_page=listing.kind == "html"
            )
        return found

    def _adopt(self, reading: healing.Reading) -> None:
        """Go on with the rules and the addresses that the reading was made with."""
        before, learned = self.task.state.learned, reading.learned
        self.judgement = reading.judgement
        self.is_read_anew = reading.task is not self.task or learned != before
        self.known_keys = frozenset(self.task.known)
        self.task = reading.task
        if learned is not None:
            self.reads = replace(self.task.source, kind="html", list_rules=learned.rules)

    def _goes_on(self, found: Sequence[decide.Candidate]) -> bool:
        """Whether the next list page is needed: at first sight up to the limit, after a gap until it is closed."""
        if len(found) >= self.task.source.limit * (GAP if self.task.known else 1):
            return False
        awaited = {key for key in self.task.pending if not backfill.is_mark(key)}
        awaited -= {key for candidate in found for key in candidate.keys}
        return bool(awaited) or (bool(found) and all(candidate.known is None for candidate in found))

    def filled(self, found: Sequence[decide.Candidate]) -> Sequence[decide.Candidate]:
        """Return what was found and, if a back catalogue is asked for, what further list pages hold of it."""
        task = self.task
        if not backfill.is_open(task):
            return found
        left = backfill.resumed(task.pending)
        following = left if left and urls.key(left) not in self.visited else self.following
        while (
            following and urls.key(following) not in self.visited and backfill.goes_on(task.source, task.known, found)
        ):
            more = None if self.visit.is_over() else self._next_page(following)
            if more is None:
                self._mark(following, failed=not self.visit.is_over())
                break
            self.visited.add(urls.key(following))
            grown = decide.candidates([*(one.lead for one in found), *more.leads], task.source, task.known)
            self.stands_on.update((one.keys[0], following) for one in grown[len(found) :])
            following = more.next_page if len(grown) > len(found) else None
            found = grown
        return found

    def _mark(self, url: str, *, failed: bool = False) -> None:
        """Keep where the next poll goes on, unless the page could not be had too often."""
        self.pending = {key: count for key, count in self.pending.items() if not backfill.is_mark(key)}
        attempts = self.task.pending.get(backfill.mark(url), 0) + failed
        if attempts <= decide.ATTEMPTS:
            self.pending[backfill.mark(url)] = attempts

    def _next_page(self, url: str) -> Listing | None:
        """Return a further list page, None if it cannot be had: what the first page gave is taken all the same."""
        try:
            listing = self.visit.read(discover.leads, self.visit.get(url), self.reads or self.task.source)
        except (FetchError, ContentError) as error:
            self.rejected.append(Rejected(where=url, reason=str(error)))
            return None
        self.rejected.extend(listing.rejected)
        return listing

    # ---- the articles ------------------------------------------------------------------------------------------------

    def take(self, found: Sequence[decide.Candidate]) -> None:
        """Turn every candidate into a change, newest first, within the source's limit and the poll's budget."""
        taken, limit = 0, backfill.limit(self.task, found)
        for candidate in decide.newest_first(found):
            known = candidate.known
            if known is None and not backfill.is_within(self.task.source, candidate):
                continue
            if known and (known.withdrawn or self._says_the_same(candidate, known)):
                self.listed.append(known.id)
                continue
            if known is None and self.judgement.doubt and candidate.lead.published is None:
                self.rejected.append(Rejected(where=candidate.lead.url, reason=f"held back: {self.judgement.reason}"))
                continue
            if (known is None and taken >= limit) or self.visit.is_over():
                self._leave_over(candidate)
                continue
            taken += known is None
            self._take(candidate)

    def _says_the_same(self, candidate: decide.Candidate, known: Known) -> bool:
        """Whether an entry is worded as before. If its list is read anew, other words and addresses are only noted."""
        same = known.lead_fingerprint == candidate.fingerprint
        if self.is_read_anew and known.id not in self.changes:
            if not same or not self.known_keys.issuperset(candidate.keys):
                self._keep(changes.reworded(known, candidate))
            return True
        return same or self.judgement.field is not None

    def _leave_over(self, candidate: decide.Candidate) -> None:
        """Leave a candidate to the next poll; after a gap also one that will stand on a further list page by then.

        At first sight what is over the limit is back catalogue: it comes if it stays on the first page.
        """
        self.left_over += 1
        if backfill.is_open(self.task) and candidate.known is None:
            if not self.is_marked:  # the newest of them: those that follow stand on the same page or on later ones
                self.is_marked = True
                self._mark(self.stands_on.get(candidate.keys[0], self.task.source.url))
        elif self.task.known and candidate.known is None:
            self.pending[candidate.keys[0]] = self._attempts(candidate)

    def _take(self, candidate: decide.Candidate) -> None:
        try:
            article, page = self._article(candidate)
        except (FetchError, ContentError) as error:
            self._postpone(candidate, error)
            return
        if article is None:
            self.rejected.append(Rejected(where=candidate.lead.url, reason="neither listing nor page has a headline"))
            return
        self._settle(candidate, decide.addressed(article, self.task.source), page)

    def _article(self, candidate: decide.Candidate) -> tuple[Article | None, Page | None]:
        """Return the article from its page where one is needed, else from the lead; the lead also when the page is
        gone, refused or unreadable, or has failed too often."""
        lead, source = candidate.lead, self.task.source
        alone = decide.from_lead(lead, source)
        if not decide.needs_page(lead, source):
            return alone, None
        try:
            page = self.visit.get(lead.url)
            return self._whole(candidate, page), page
        except (FetchError, ContentError) as error:
            if alone is None or not self._given_up(candidate, error):
                raise
            self.failures.append(Failure(kind=error.kind, message=str(error)))
            return alone, None

    def _whole(self, candidate: decide.Candidate, page: Page) -> Article:
        """Return the article with all its pages; what is there of it when the others cannot be had for good."""
        found = whole.read(self.visit, page, candidate.lead)
        error = found.missing
        if error is None:
            return found.article
        if not self._given_up(candidate, error):
            raise error
        self.failures.append(Failure(kind=error.kind, message=str(error)))
        return found.article

    def _given_up(self, candidate: decide.Candidate, error: FetchError | ContentError) -> bool:
        return whole.is_lasting(error) or self._attempts(candidate) >= decide.ATTEMPTS

    def _attempts(self, candidate: decide.Candidate) -> int:
        return max((self.task.pending.get(key, 0) for key in candidate.keys), default=0)

    def _postpone(self, candidate: decide.Candidate, error: FetchError | ContentError) -> None:
        """Leave an article for the next poll, or let it go if there is nothing to be had of it."""
        self.failures.append(Failure(kind=error.kind, message=str(error)))
        if candidate.known:
            self.listed.append(candidate.known.id)
        attempts = self._attempts(candidate) + 1
        hopeless = isinstance(error, ContentError) or error.permanent
        if hopeless or attempts > decide.ATTEMPTS:
            self.rejected.append(Rejected(where=candidate.lead.url, reason=str(error)))
        else:
            self.pending[candidate.keys[0]] = attempts

    def _settle(self, candidate: decide.Candidate, article: Article, page: Page | None) -> None:
        """Tell new from known by every key that is known by now, and keep the change."""
        keys = decide.all_keys(candidate.keys, article, self.task.source)
        known = candidate.known or decide.recognised(keys, self.task.known)
        at = self.visit.started_at
        if page is not None:
            self.read_pages.append(article)
        twin = next((self.ids[key] for key in keys if key in self.ids), None)
        if known is not None:
            change = changes.edited(
                self.task, known, article, page, at, keys=keys, lead_fingerprint=candidate.fingerprint
            )
        elif twin is not None:
            earlier = self.changes[twin]
            change = replace(earlier, keys=tuple(dict.fromkeys((*earlier.keys, *keys))))
        else:
            change = changes.new(self.task, candidate, article, keys, page, at)
        self._keep(change)
        if change.id not in self.listed:
            self.listed.append(change.id)

    def _keep(self, change: Change) -> None:
        self.changes[change.id] = change
        self.ids.update(dict.fromkeys(change.keys, change.id))

    # ---- known articles that are looked at again ---------------------------------------------------------------------

    def look_again(self, found: Sequence[decide.Candidate]) -> None:
        """Read known articles' pages again where it is time, or where they are gone from the list."""
        for known, missing in looks.due(self.task, found, self.visit):
            if known.id in self.changes or self.visit.is_over():
                continue
            seen = looks.look(self.task, known, self.visit, missing=missing)
            self.rejected.extend(seen.rejected)
            if seen.suspect:
                self.suspects.append(known.id)
            self._keep(seen.change)

    # ---- the outcome -------------------------------------------------------------------------------------------------

    def unchanged(self, page: Page) -> Outcome:
        """The page is the one we know: nothing was parsed, its validators are renewed all the same (protocol F3)."""
        before = self.task.state
        lasting = before.ailment if not before.failures else None
        ailment = (lasting.field, lasting.reason) if lasting else None
        state = verdict.succeeded(
            before, self.visit.started_at, complete=True, found_new=self._found_new, ailment=ailment
        )
        state = replace(state, validators=verdict.renewed(page, before.validators))
        news = any(change.kind != "unchanged" for change in self.changes.values())
        error = self._failure(lasting.reason) if lasting else None
        return self._outcome("ok" if news else "unchanged", state, fresh_for=page.fresh_for, error=error)

    def finished(self, page: Page, found: Sequence[decide.Candidate], reading: healing.Reading) -> Outcome:
        """The page was read: its validators are saved only if nothing on it is left for later."""
        listing, before, at = reading.listing, self.task.state, self.visit.started_at
        habits, ailment = gauge.after(
            before, self.judgement, found, len(listing.leads), self.read_pages, at, found_new=self._found_new
        )
        clean = not self.failures and not listing.rejected
        state = verdict.succeeded(before, at, complete=clean, found_new=self._found_new, ailment=ailment)
        state = verdict.relearned(replace(state, way=self.way, habits=habits), reading.learned, at)
        if found:
            state = replace(state, usual_leads=max(len(found), state.usual_leads or 0))
        if not self.pending and not self.left_over:
            state = replace(state, validators=page.validators, body_hash=_body_hash(page))
        fresh = [value for value in (page.fresh_for, listing.fresh_for) if value]
        failures = [*self.failures, *([self._failure(ailment[1])] if ailment else [])]
        return self._outcome(
            "degraded" if failures or not clean else "ok",
            state,
            fresh_for=max(fresh, default=None),
            listed=tuple(dict.fromkeys((*self.listed, *self.suspects))),
            error=next(iter(failures), None),
        )

    def held(self) -> Outcome:
        """The list cannot be believed: nothing on it is recorded, and it is read again at the next poll."""
        way_out = f"If it is right all the same: feedsvc poll {self.task.source.id} --force"
        failure, field_ = self._failure(f"{self.judgement.reason}. {way_out}"), self.judgement.field or "items"
        state = verdict.failed(self.task.state, failure.kind, self.visit.started_at, ailment=(field_, failure.message))
        return self._outcome("degraded", state, error=failure)

    def failed(self, error: FetchError | ContentError) -> Outcome:
        """The listing could not be had or read: nothing stored is touched, the last good feed stays."""
        ailment = (error.missing, error.message) if isinstance(error, ContentError) else None
        return self._outcome(
            verdict.status(error.kind),
            verdict.failed(self.task.state, error.kind, self.visit.started_at, ailment=ailment),
            error=Failure(kind=error.kind, message=str(error)),
            retry_after=error.retry_after if isinstance(error, FetchError) else None,
        )

    @property
    def _found_new(self) -> bool:
        return any(change.kind == "new" for change in self.changes.values())

    def _failure(self, reason: str) -> Failure:
        rules = self.task.source.list_rules
        return Failure(kind="rule" if rules.item or rules.link else "no_items", message=reason)

    def _outcome(
        self,
        status: PollStatus,
        state: SourceState,
        *,
        listed: tuple[str, ...] | None = None,
        fresh_for: timedelta | None = None,
        retry_after: timedelta | None = None,
        error: Failure | None = None,
    ) -> Outcome:
        closed = closing.closed(
            self.task,
            status,
            state,
            started_at=self.visit.started_at,
            finished_at=self.visit.now(),
            fresh_for=fresh_for,
            retry_after=retry_after,
            error=error,
        )
        return replace(
            closed,
            changes=tuple(self.changes.values()),
            listed=listed,
            pending=dict(self.task.pending if listed is None else self.pending),
            fetches=tuple(self.visit.fetches),
            rejected=tuple(self.rejected),
        )


def _body_hash(page: Page) -> str:
    return hashlib.blake2b(page.body, digest_size=16).hexdigest()
